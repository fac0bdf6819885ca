"""Pages of lists: search, saved views, bulk acts and first steps."""
