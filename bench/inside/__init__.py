"""What runs with Webcare's own settings, in a process of its own. Each prints one line of JSON."""
