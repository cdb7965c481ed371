"""The grids of a community as an immutable value, its proof, and what is derived from it. Pure."""
