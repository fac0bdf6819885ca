"""Pages for who sees to customers' data."""
