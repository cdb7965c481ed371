"""Doors below /api/ that the incidents open."""

from django.urls import path

from incidents.api import attachments, odk, views

urlpatterns = [
    path("incidents/", views.IncidentListView.as_view()),
    path("incidents/odk/", odk.OdkView.as_view()),
    path("incidents/bulk/", views.IncidentBulkView.as_view()),
    path("incidents/<int:incident_id>/", views.IncidentDetailView.as_view()),
    path("incidents/<int:incident_id>/attachments/", attachments.AttachmentListView.as_view()),
    path(
        "incidents/<int:incident_id>/attachments/<int:attachment_id>/content/", attachments.AttachmentFileView.as_view()
    ),
    path("incidents/<int:incident_id>/attachments/<int:attachment_id>/thumbnail/", attachments.ThumbnailView.as_view()),
    path("incidents/<int:incident_id>/attachments/<int:attachment_id>/hide/", attachments.HideView.as_view()),
    path("incident-types/", views.IncidentTypeListView.as_view()),
]
