"""Addresses below /open311/v2/: each ends in .json or .xml."""

from django.urls import re_path

from incidents.api.open311 import views

_FORM = r"\.(?P<form>json|xml)$"

urlpatterns = [
    re_path(rf"^discovery{_FORM}", views.DiscoveryView.as_view()),
    re_path(rf"^services{_FORM}", views.ServicesView.as_view()),
    re_path(rf"^services/(?P<code>[^/]{{1,60}}){_FORM}", views.ServiceView.as_view()),
    re_path(rf"^requests{_FORM}", views.RequestsView.as_view()),
    re_path(rf"^requests/(?P<request_id>[^/.]{{1,40}}){_FORM}", views.RequestView.as_view()),
    re_path(rf"^tokens/(?P<request_id>[^/.]{{1,40}}){_FORM}", views.TokenOfRequestView.as_view()),
]
