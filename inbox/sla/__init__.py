"""Promises: until when a customer should have an answer, and who is late."""
