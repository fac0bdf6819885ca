"""Contacts: how they are described, and which identities belong to one person."""
