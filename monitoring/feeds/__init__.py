"""Feeds of blogs, forums and news: subscribed to, fetched politely, read apart."""
