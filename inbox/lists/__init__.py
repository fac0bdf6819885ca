"""Lists: queues, filters, search, saved views, the palette and the navigation."""
