"""A day's rush in minutes: many agents at work while customers write. `make load` runs it."""
