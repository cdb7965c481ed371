"""The text of an address as people send it, cleaned and normalized before it is parsed. Pure."""
