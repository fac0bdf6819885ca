"""A long case in a few sentences, for the colleague who takes it over."""
