"""A draft as values: community drafts, attribute commands, commutation. Pure."""
