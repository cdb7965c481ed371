"""Doors below /api/ that the incidents open."""

from django.urls import path

from incidents.api import backtest, statistics, views

urlpatterns = [
    path("incidents/", views.IncidentListView.as_view()),
    path("incidents/bulk/", views.IncidentBulkView.as_view()),
    path("incidents/statistics/<str:measure>/", statistics.StatisticsView.as_view()),
    path("incidents/statistics/<str:measure>/jobs/", statistics.StatisticsJobView.as_view()),
    path("incidents/<int:incident_id>/", views.IncidentDetailView.as_view()),
    path("redraws/<int:redraw_id>/preview/backtest/", backtest.BacktestView.as_view()),
    path("incident-types/", views.IncidentTypeListView.as_view()),
]
