"""The approval package of a redraw: the register of changes, the paper with its maps, the machine file, the list."""
