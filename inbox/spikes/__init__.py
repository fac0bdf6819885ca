"""Spikes: what is unusual for an account at this hour of the week, and who is told of it."""
