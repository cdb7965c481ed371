"""gisserver: the spatial server of a city's grid-based community management."""

# pyogrio carries its own GDAL and must be loaded before GeoDjango opens that library,
# or its GDAL data files are not found (docs/adr/0005-wheel-libraries.md).
import pyogrio as pyogrio
