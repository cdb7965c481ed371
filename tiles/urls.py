"""The addresses of the tiles (DESIGN §6), mounted at the root by gisserver/urls.py."""

from django.urls import include, path

from tiles import views
from tiles.packs import views as packs
from tiles.rasters import views as rasters

app_name = "tiles"

urlpatterns = [
    path("ogc", include("tiles.ogc.urls")),
    path("tiles/raster/<str:layer>/<int:z>/<int:x>/<int:y>.png", rasters.tile, {"format": "png"}, name="raster-tile"),
    path("tiles/raster/<str:layer>/<int:z>/<int:x>/<int:y>.webp", rasters.tile, {"format": "webp"}),
    path("tiles/raster/<str:layer>.json", rasters.tilejson_page, name="raster-tilejson"),
    path("wmts", rasters.wmts_page, name="wmts"),
    path("wmts/1.0.0/WMTSCapabilities.xml", rasters.capabilities_page),
    path("tiles/<str:layers>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("tiles/<str:layers>.json", views.tilejson_page, name="tilejson"),
    path("packs/", packs.packs_page),
    path("packs/<slug:code>.pmtiles", packs.tiles_page),
    path("packs/<slug:code>.json.gz", packs.content_page),
    path("glyphs/<str:stack>/<int:first>-<int:last>.pbf", views.glyphs_page, name="glyphs"),
    path("styles/<slug:name>.json", views.style_page, name="style"),
]
