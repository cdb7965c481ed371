"""Raster tiles: z/x/y, TileJSON and WMTS over the pictures that the app `rasters` paints."""
