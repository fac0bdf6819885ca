"""Signing in at a platform to connect accounts: our apps there, one attempt after the other, and what it reaches."""
