"""History: what was done, in words. In a conversation, and over everything."""
