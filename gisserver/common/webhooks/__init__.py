"""Webhooks: the feed of changes, sent to other people's servers, signed, in order, until they have taken it."""
