"""Salesforce: signing in, SOQL, records and upsert by external id, as strict as the real one."""
