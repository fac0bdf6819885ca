"""Monitoring: queries, feeds and what they find."""
