"""One kind of event a file: what it does to its targets, in one transaction."""
