"""gisserver: the spatial server of a city's grid-based community management."""

import os

# An uploaded file must not make the server ask other sources, nor run a reader that no upload needs: only the drivers
# of `gisserver.common.reading.formats.vector.DRIVERS` are loaded. GDAL reads these options when it is loaded.
os.environ["OGR_SKIP"] = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,EDIGEO,EEDA,Elasticsearch,GDALG,GPSBabel,GTFS,GeoRSS,HTTP,"
    "Idrisi,JML,LVBAG,MEM,MVT,MapML,MiraMonVector,NGW,OAPIF,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,PGDUMP,PLSCENES,PMTiles,"
    "S57,SQLite,SXF,Selafin,VDV,VFK,WAsP,WFS"
)
os.environ["GDAL_SKIP"] = "MBTiles,PCIDSK,PDF,PDS4,VICAR"
os.environ["GML_DOWNLOAD_SCHEMA"] = "NO"
os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = "none"
