"""X API v2 (and v1.1 media upload), as far as customer care uses it."""
