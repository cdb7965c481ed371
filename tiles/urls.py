"""The addresses of the tiles (DESIGN §6), mounted at the root by gisserver/urls.py."""

from django.urls import include, path

from tiles import views
from tiles.packs import views as packs

app_name = "tiles"

urlpatterns = [
    path("ogc", include("tiles.ogc.urls")),
    path("tiles/<str:layers>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("tiles/<str:layers>.json", views.tilejson_page, name="tilejson"),
    path("packs/", packs.packs_page),
    path("packs/<slug:code>.pmtiles", packs.tiles_page),
    path("packs/<slug:code>.json.gz", packs.content_page),
    path("glyphs/<str:stack>/<int:first>-<int:last>.pbf", views.glyphs_page, name="glyphs"),
    path("styles/<slug:name>.json", views.style_page, name="style"),
]
