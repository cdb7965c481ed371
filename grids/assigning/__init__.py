"""The grids of very many points (law 3): interior cells answer by a look, border cells by the nearest edge. Pure."""
