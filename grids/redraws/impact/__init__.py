"""What a redraw does: changed grids, moved buildings, units and incidents, before or after publishing."""
