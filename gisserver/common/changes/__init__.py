"""The feed of changes: what of grids, posts, buildings, incidents has changed, in order, once, without a gap."""
