"""Routing: who may have which work, and who speaks for the brand in the press."""
