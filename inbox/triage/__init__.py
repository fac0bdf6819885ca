"""Triage: assignment, closing, labels, tone, mood, priority and the summary of a conversation."""
