"""The text of an address, from what people send to typed elements and the keys that it is found by. Pure."""
