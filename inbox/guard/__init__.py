"""The guard: what is looked at before an answer may leave."""
