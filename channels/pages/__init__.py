"""The accounts' pages, for admins."""
