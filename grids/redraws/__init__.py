"""The life of a redraw: drafts, preview, review, publishing (DESIGN §7); the geometry is `grids.editing`'s."""
