"""The pages of OGC API - Tiles, below the root of the OGC API; each may be asked with a slash at its end."""

from django.urls import re_path

from tiles.ogc.pages import MatrixSetPage, MatrixSetsPage, TilePage, TilesetPage, TilesetsPage

_MATRIX_SET = r"(?P<matrix_set_id>[^/]+)"
_TILE = r"(?P<z>[0-9]{1,12})/(?P<row>[0-9]{1,12})/(?P<column>[0-9]{1,12})"

urlpatterns = [
    re_path(r"^/tileMatrixSets/?$", MatrixSetsPage.as_view()),
    re_path(rf"^/tileMatrixSets/{_MATRIX_SET}/?$", MatrixSetPage.as_view()),
]
for _geodata in ("", r"/collections/(?P<collection_id>[^/]+)"):
    urlpatterns += [
        re_path(rf"^{_geodata}/tiles/?$", TilesetsPage.as_view()),
        re_path(rf"^{_geodata}/tiles/{_MATRIX_SET}/?$", TilesetPage.as_view()),
        re_path(rf"^{_geodata}/tiles/{_MATRIX_SET}/{_TILE}/?$", TilePage.as_view()),
    ]
