"""Drawing: the schema of commands, codes of new grids, and the services that add, undo and redo them."""
