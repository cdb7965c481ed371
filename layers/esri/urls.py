"""The addresses of Esri's query form."""

from django.urls import path

from layers.esri.pages import FeaturePage, InfoPage, LayerPage, QueryPage, ServicePage, ServicesPage, TokenPage

_SERVICE = "rest/services/<str:collection_id>/FeatureServer"

urlpatterns = [
    path("rest/info", InfoPage.as_view()),
    path("tokens/generateToken", TokenPage.as_view()),
    path("rest/services", ServicesPage.as_view()),
    path("rest/services/", ServicesPage.as_view()),
    path(_SERVICE, ServicePage.as_view()),
    path(f"{_SERVICE}/0", LayerPage.as_view()),
    path(f"{_SERVICE}/0/<int:fid>", FeaturePage.as_view()),
    path(f"{_SERVICE}/0/query", QueryPage.as_view()),
]
