"""From normalized text to typed elements: rules and the names of the divisions. Pure."""
