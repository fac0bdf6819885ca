"""A port for others: a REST API with tokens, and webhooks that tell what happened. Nothing imports it."""
