"""A Mastodon server: its REST API, as far as mentions, private posts and answers go."""
