"""Rules: what they say, and whether they fit. Only asks; inbox/automation acts."""
