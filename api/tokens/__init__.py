"""Tokens: who may call the API, as whom, and for what."""
