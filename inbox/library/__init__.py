"""The library: canned replies, guidelines, and the team's reference data."""
