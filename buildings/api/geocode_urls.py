"""Doors below /geocode/."""

from django.urls import path
from django.urls.resolvers import URLPattern

from buildings.api.geocode import views

urlpatterns: list[URLPattern] = [
    path("search", views.SearchView.as_view()),
]
