"""The addresses of the tiles (DESIGN §6), mounted at the root by gisserver/urls.py."""

from django.urls import include, path

from tiles import views

app_name = "tiles"

urlpatterns = [
    path("ogc", include("tiles.ogc.urls")),
    path("tiles/<str:layers>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("tiles/<str:layers>.json", views.tilejson_page, name="tilejson"),
    path("glyphs/<str:stack>/<int:first>-<int:last>.pbf", views.glyphs_page, name="glyphs"),
    path("styles/<slug:name>.json", views.style_page, name="style"),
]
