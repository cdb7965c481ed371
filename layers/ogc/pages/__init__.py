"""One page of OGC API Features a file."""
