"""Zonal statistics: what a raster says of each zone of a partition, with the exact share of every pixel."""
