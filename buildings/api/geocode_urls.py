"""Doors below /geocode/."""

from django.urls import path
from django.urls.resolvers import URLPattern

from buildings.api.geocode import files, views
from buildings.geocoding.files.kinds import WORKS

urlpatterns: list[URLPattern] = [
    path("search", views.SearchView.as_view()),
    path("reverse", views.ReverseView.as_view()),
    path("autocomplete", views.AutocompleteView.as_view()),
    *(path(f"{work}/", files.GeocodedFileView.as_view(work=work)) for work in WORKS),
    *(path(f"{work}/jobs/", files.FileJobView.as_view(work=work)) for work in WORKS),
]
