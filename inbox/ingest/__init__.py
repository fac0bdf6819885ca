"""Ingest, the one door in: stores what platforms told, once, in whatever order it comes."""
