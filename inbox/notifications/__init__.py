"""Notifications: who is told of a mention, and notices for everybody."""
