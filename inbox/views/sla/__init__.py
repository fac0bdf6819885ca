"""Pages about promises: response targets."""
