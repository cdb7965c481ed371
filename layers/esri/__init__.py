"""The collections in Esri's query form (GeoServices REST), so that ArcGIS reads them: a façade over `layers.ogc`."""
