"""Where we stand in search engines, as people look it up and write it down. Nothing is fetched."""
