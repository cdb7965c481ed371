"""Doors below /api/ that the incidents open."""

from django.urls import path

from incidents.api import dispatch, views

urlpatterns = [
    path("incidents/", views.IncidentListView.as_view()),
    path("incidents/bulk/", views.IncidentBulkView.as_view()),
    path("incidents/<int:incident_id>/", views.IncidentDetailView.as_view()),
    path("incidents/<int:incident_id>/steps/", dispatch.StepsView.as_view()),
    path("incidents/<int:incident_id>/grid/", dispatch.DecisionView.as_view()),
    path("incidents/queues/", dispatch.QueuesView.as_view()),
    path("incidents/queues/<str:name>/", dispatch.QueueView.as_view()),
    path("incident-types/", views.IncidentTypeListView.as_view()),
]
