"""Pages of a contact: the panel beside a conversation."""
