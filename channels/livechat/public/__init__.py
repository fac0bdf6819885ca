"""What visitors of our sites reach without signing in: the widget, and the doors it writes and listens through."""
