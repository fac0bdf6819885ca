"""Starts all of Webcare's processes with one command, keeps them running, and ends them together."""
