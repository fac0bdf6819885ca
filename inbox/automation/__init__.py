"""Automation: what rules do. inbox/routing/rules says whether they fit."""
