"""``/rasters/``"""

from django.urls import path

from rasters.api import views, zonal

urlpatterns = [
    path("rasters/", views.RasterListView.as_view()),
    path("rasters/<str:layer>/", views.RasterView.as_view()),
    path("rasters/<str:layer>/point", views.PointView.as_view()),
    path("rasters/<str:layer>/statistics", views.StatisticsView.as_view()),
    path("rasters/<str:layer>/legend", views.LegendView.as_view()),
    path("rasters/<str:layer>/zonal", zonal.ZonalView.as_view()),
    path("rasters/<str:layer>/zonal/jobs/", zonal.ZonalJobView.as_view()),
]
