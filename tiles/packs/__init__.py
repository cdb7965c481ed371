"""Packs: the map of an area as files for a phone without a network (docs/packs.md)."""
