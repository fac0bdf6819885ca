"""Pages of a conversation: its thread, its news, and what is done to one message."""
