"""From an uploaded file to a published layer: typed columns, COPY, rasters."""
