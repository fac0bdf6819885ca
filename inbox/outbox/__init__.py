"""The outbox, the one door out: sends every answer once, or says why not."""
