"""Intake: polls, webhooks, deliveries, profiles and files on their way to ingest."""
