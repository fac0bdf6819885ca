"""YouTube Data API v3 and Google's sign-in, as far as comments go."""
