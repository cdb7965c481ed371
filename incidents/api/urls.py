"""Doors below /api/ that the incidents open."""

from django.urls import path

from incidents.api import attachments, backtest, dispatch, odk, placing, restated, statistics, views

urlpatterns = [
    path("incidents/", views.IncidentListView.as_view()),
    path("incidents/odk/", odk.OdkView.as_view()),
    path("incidents/bulk/", views.IncidentBulkView.as_view()),
    path("incidents/statistics/<str:measure>/", statistics.StatisticsView.as_view()),
    path("incidents/statistics/<str:measure>/jobs/", statistics.StatisticsJobView.as_view()),
    path("incidents/<int:incident_id>/", views.IncidentDetailView.as_view()),
    path("redraws/<int:redraw_id>/preview/backtest/", backtest.BacktestView.as_view()),
    path("incidents/<int:incident_id>/steps/", dispatch.StepsView.as_view()),
    path("incidents/<int:incident_id>/grid/", dispatch.DecisionView.as_view()),
    path("incidents/<int:incident_id>/grid/withdraw/", dispatch.WithdrawalView.as_view()),
    path("incidents/<int:incident_id>/distinct/", dispatch.DistinctView.as_view()),
    path("incidents/pairs/", dispatch.PairsView.as_view()),
    path("incidents/placing/", placing.OrdersView.as_view()),
    path("incidents/roads/", placing.RoadsView.as_view()),
    path("incidents/<int:incident_id>/duplicates/", dispatch.DuplicatesView.as_view()),
    path("incidents/notices/", dispatch.NoticesView.as_view()),
    path("incidents/deadlines/", dispatch.DeadlinesView.as_view()),
    path("incidents/restated/", restated.RestatedView.as_view()),
    path("incident-types/counts/", restated.TypeCountsView.as_view()),
    path("incidents/queues/", dispatch.QueuesView.as_view()),
    path("incidents/queues/<str:name>/", dispatch.QueueView.as_view()),
    path("incidents/<int:incident_id>/attachments/", attachments.AttachmentListView.as_view()),
    path(
        "incidents/<int:incident_id>/attachments/<int:attachment_id>/content/", attachments.AttachmentFileView.as_view()
    ),
    path("incidents/<int:incident_id>/attachments/<int:attachment_id>/thumbnail/", attachments.ThumbnailView.as_view()),
    path("incidents/<int:incident_id>/attachments/<int:attachment_id>/hide/", attachments.HideView.as_view()),
    path("incident-types/", views.IncidentTypeListView.as_view()),
]
