"""The guard: what is looked at before an answer may leave, and why one is held."""
