"""Two made-up companies and their customers: weeks of history, and live traffic that answers back."""
