"""How features lie to a shape of a request, in the CRS that the shape is given in."""
