"""Platforms on one side, normalised messages on the other. Knows accounts and streams, but no conversation."""
