"""The doors of rasters below ``/rasters/``."""
