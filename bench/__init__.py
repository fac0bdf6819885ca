"""Measurements: how the pages behave when there is much of everything. `make bench` runs them."""
