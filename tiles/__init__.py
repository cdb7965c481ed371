"""Vector tiles of what is published, with their TileJSON and styles."""
