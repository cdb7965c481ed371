"""The edit engine: grids that tile their community, changed by commands that can't break that. Pure."""
