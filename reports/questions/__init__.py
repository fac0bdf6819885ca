"""Questions that customers ask again and again."""
