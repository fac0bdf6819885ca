"""Webhooks: what happened, told to others from rows, signed after Standard Webhooks."""
