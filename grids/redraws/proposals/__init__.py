"""Proposals: drafts that balance load, and compound commands carried out as ordinary ones."""
