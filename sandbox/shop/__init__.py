"""A page of the fictional shop, for a chat to stand on."""
