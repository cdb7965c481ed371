"""Services that bring divisions and grids from a file into the partition."""
