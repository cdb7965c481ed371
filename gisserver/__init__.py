"""gisserver: the spatial server of a city's grid-based community management."""

import os

# An uploaded file must not make the server ask other sources: GDAL reads these options when it is loaded.
os.environ["OGR_SKIP"] = (
    "ADBC,AmigoCloud,CSW,Carto,EEDA,Elasticsearch,GDALG,GPSBabel,HTTP,NGW,OAPIF,OGCAPI,OGR_VRT,PLSCENES,WFS"
)
os.environ["GML_DOWNLOAD_SCHEMA"] = "NO"
os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = "none"

# pyogrio carries its own GDAL and must be loaded before GeoDjango opens that library,
# or its GDAL data files are not found (docs/adr/0005-wheel-libraries.md).
import pyogrio as pyogrio
