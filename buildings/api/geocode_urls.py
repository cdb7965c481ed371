"""Doors below /geocode/."""

from typing import Any

from django.urls import path
from django.urls.resolvers import URLPattern
from drf_spectacular.utils import extend_schema

from buildings.api.geocode import addok, files, photon, views
from buildings.geocoding.files.kinds import WORKS

NOMINATIM: dict[str, type[views.GeocodeView]] = {
    "search": views.SearchView,
    "reverse": views.ReverseView,
    "lookup": views.LookupView,
    "status": views.StatusView,
}


def unlisted(view: type[views.GeocodeView]) -> Any:
    """Return a view for a second address, which OpenAPI does not list."""
    second: Any = type(view.__name__, (view,), {})
    return extend_schema(exclude=True)(second).as_view()


urlpatterns: list[URLPattern] = [
    path("search", views.SearchView.as_view()),
    path("reverse", views.ReverseView.as_view()),
    path("autocomplete", views.AutocompleteView.as_view()),
    path("lookup", views.LookupView.as_view()),
    path("status", views.StatusView.as_view()),
    # As Nominatim's clients write them too; OpenAPI has each once.
    *(path(f"{name}{end}", unlisted(view)) for name, view in NOMINATIM.items() for end in ("/", ".php")),
    path("photon/api", photon.ApiView.as_view()),
    path("photon/reverse", photon.ReverseView.as_view()),
    path("addok/search/", addok.SearchView.as_view()),
    path("addok/reverse/", addok.ReverseView.as_view()),
    path("addok/search", unlisted(addok.SearchView)),
    path("addok/reverse", unlisted(addok.ReverseView)),
    *(path(f"addok/{work}/", addok.CsvView.as_view(work=work)) for work in ("search/csv", "reverse/csv")),
    *(path(f"{work}/", files.GeocodedFileView.as_view(work=work)) for work in WORKS),
    *(path(f"{work}/jobs/", files.FileJobView.as_view(work=work)) for work in WORKS),
]
