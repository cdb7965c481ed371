"""OGC API Features: one page of the standard, one file."""
