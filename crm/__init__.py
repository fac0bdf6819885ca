"""The CRM beside the inbox: who somebody is there, and what happens here written there. Nothing imports it."""
