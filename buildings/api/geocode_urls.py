"""Doors below /geocode/."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
