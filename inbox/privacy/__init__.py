"""Customers' data: what is held of a person, handed to them, erased, kept no longer than needed, and who read it."""
