"""A draft as values: community drafts, attribute commands, commutation. Pure: no database, no HTTP."""
