"""``/api/layers/``"""

from django.urls import path

from layers.api import views

urlpatterns = [
    path("", views.LayerListView.as_view()),
    path("jobs/", views.LayerJobsView.as_view()),
    path("preview/", views.LayerPreviewView.as_view()),
    path("<str:slug>/", views.LayerDetailView.as_view()),
    path("<str:slug>/features/<int:fid>/versions/", views.FeatureVersionsView.as_view()),
]
