"""Doors below /api/ that the grids open."""

from django.urls import path

from grids.api import views

urlpatterns = [
    path("divisions/", views.DivisionListView.as_view()),
    path("divisions/<str:code>/", views.DivisionDetailView.as_view()),
    path("grids/", views.GridListView.as_view()),
    path("grids/at", views.GridAtView.as_view()),
    path("grids/<str:code>/", views.GridDetailView.as_view()),
    path("grids/<str:code>/history/", views.GridHistoryView.as_view()),
]
