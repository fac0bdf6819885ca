"""Pages about who does which work."""
