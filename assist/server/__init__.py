"""Which server helps, with what, and its page for admins."""
