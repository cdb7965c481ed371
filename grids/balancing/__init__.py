"""Balancing: grids of equal load by moving as little as possible, along roads and block edges; no database."""
