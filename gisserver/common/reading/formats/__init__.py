"""One format a file: CSV, Shapefile, GeoPackage and whatever else OGR reads, encodings, packed files."""
