"""A Bluesky server with its app view and its chat: the XRPC methods that mentions, answers and messages need."""
