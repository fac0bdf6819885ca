"""Accounts: how they are connected, how they are doing, and how much they may do at once."""
