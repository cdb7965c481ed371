"""Doors below /geocode/."""

from django.urls import path
from django.urls.resolvers import URLPattern

from buildings.api.geocode import batch, lines, views

urlpatterns: list[URLPattern] = [
    path("search", views.SearchView.as_view()),
    path("reverse", views.ReverseView.as_view()),
    path("autocomplete", views.AutocompleteView.as_view()),
    path("search/csv/", batch.SearchCSVView.as_view()),
    path("reverse/csv/", batch.ReverseCSVView.as_view()),
    path("search/ndjson/", lines.SearchLinesView.as_view()),
    path("reverse/ndjson/", lines.ReverseLinesView.as_view()),
]
