"""The doors of the publishing platform, below the site's root: ``/ogc``, ``/arcgis/`` and ``/api/layers/``."""

from django.urls import include, path

urlpatterns = [
    path("ogc", include("layers.ogc.urls")),
    path("arcgis/", include("layers.esri.urls")),
    path("api/layers/", include("layers.api.urls")),
]
