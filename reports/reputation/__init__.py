"""What was said in public, and what it does to our name."""
