"""Salesforce, by its REST API through simple-salesforce. Loaded when a Salesforce is connected and first asked."""
