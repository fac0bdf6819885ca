"""The history in words, and the log over everything."""
