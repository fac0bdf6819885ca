"""Saved queries: their language, what they ask of X, and which texts fit."""
