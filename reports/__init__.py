"""Figures for leads: what was achieved, from what the team did. Nothing imports this app."""
