"""What several test files use: plain functions, one file a thing."""
