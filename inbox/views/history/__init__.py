"""Pages of the history: the log."""
