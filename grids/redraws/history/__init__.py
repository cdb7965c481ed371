"""The log of redraws read back: replay of every published redraw, and the origin of a border."""
