"""Listening beyond our own accounts: saved queries, feeds of the web, and what they find."""
