"""Incidents: a disturbance that many write about, its text, and the answers each of them is given."""
