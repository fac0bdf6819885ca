"""The team: its members, their teams and passwords, and how they sign in."""
