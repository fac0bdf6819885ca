"""Pages of the library: canned replies and writing guidelines."""
