"""How much was said and in what mood, by day: of each query, and what it does to the reputation."""
