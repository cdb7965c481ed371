"""The addresses of webhooks."""

from django.urls import path

from gisserver.common.webhooks.api import views

urlpatterns = [
    path("webhooks/", views.WebhookListView.as_view()),
    path("webhooks/<int:webhook_id>/", views.WebhookView.as_view()),
    path("webhooks/<int:webhook_id>/secret/", views.WebhookSecretView.as_view()),
    path("webhooks/<int:webhook_id>/deliveries/", views.DeliveryListView.as_view()),
    path("webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/replay/", views.ReplayView.as_view()),
]
