"""Who serves which grid: officers, their posts and shifts, what follows from redraws, the load of each."""
