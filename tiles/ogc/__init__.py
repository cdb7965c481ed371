"""OGC API - Tiles: the tiles of this server under the names of the standard."""
