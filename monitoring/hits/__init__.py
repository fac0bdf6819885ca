"""What was found: stored once, listed apart from the inbox, taken up as work."""
