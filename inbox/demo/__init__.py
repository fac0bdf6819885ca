"""The demo's people and content."""
