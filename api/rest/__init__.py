"""The REST API: the page's rules, spoken as JSON."""
