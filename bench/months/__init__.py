"""A town whose households move, change and leave by seed, month by month, and the registers that tell of it."""
