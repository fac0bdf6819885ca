"""Live chat: its connector, its doors and its widget."""
