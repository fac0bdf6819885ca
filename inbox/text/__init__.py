"""What people write, as text: its language, markup, length and words."""
