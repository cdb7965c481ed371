"""Doors below /api/ that the buildings open."""

from django.urls import path, re_path

from buildings.api import views

urlpatterns = [
    path("buildings/", views.BuildingListView.as_view()),
    path("buildings/<int:building_id>/", views.BuildingDetailView.as_view()),
    path("units/", views.UnitListView.as_view()),
    path("units/<int:unit_id>/", views.UnitDetailView.as_view()),
    path("households/", views.HouseholdListView.as_view()),
    path("households/<int:household_id>/", views.HouseholdDetailView.as_view()),
    re_path(r"^codes/(?P<code>[^/]+)/?$", views.CodeView.as_view()),
]
