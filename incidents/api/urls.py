"""Doors below /api/ that the incidents open."""

from django.urls import path

from incidents.api import views

urlpatterns = [
    path("incidents/", views.IncidentListView.as_view()),
    path("incidents/bulk/", views.IncidentBulkView.as_view()),
    path("incidents/<int:incident_id>/", views.IncidentDetailView.as_view()),
    path("incident-types/", views.IncidentTypeListView.as_view()),
]
