"""The whole of it: every process of the launcher, the platforms' sandbox, and a real browser."""
