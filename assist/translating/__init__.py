"""A message in the reader's language, below the original and marked as a machine's."""
