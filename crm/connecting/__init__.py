"""Connecting a CRM: its credentials, what is written to it, and whether it works."""
