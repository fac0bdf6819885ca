"""Posts of our own: planned, looked at by a second person, sent at their moment."""
