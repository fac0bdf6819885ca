"""Live: tells open pages what changed and who is there."""
