"""The addresses of jobs."""

from django.urls import path

from gisserver.common.jobs.api.views import JobListView, JobResultView, JobView

urlpatterns = [
    path("jobs/", JobListView.as_view()),
    path("jobs/<int:job_id>/", JobView.as_view()),
    path("jobs/<int:job_id>/result/", JobResultView.as_view()),
]
