"""Help from a language model that the organisation runs itself. Off until an admin sets it up. Nothing imports it."""
