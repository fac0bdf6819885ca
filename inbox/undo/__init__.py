"""Undo: what a person does is recorded, and taken back exactly where nobody changed it meanwhile."""
