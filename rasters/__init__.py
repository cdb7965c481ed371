"""Rasters that people have published: their pictures, their values, and what they say of zones."""
