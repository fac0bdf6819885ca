"""A platform that does not exist, as a newcomer would add one: this folder, and one entry in PLATFORMS."""
