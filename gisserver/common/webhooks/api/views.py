"""`/api/webhooks/`: one's own webhooks, what was delivered to them, and sending it again."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.bodies import checked
from gisserver.common.web.params import PAGING
from gisserver.common.web.views import DoorView, ListView
from gisserver.common.webhooks import services
from gisserver.common.webhooks.api.serializers import (
    DeliverySerializer,
    NewWebhookBody,
    WebhookBody,
    WebhookSecretSerializer,
    WebhookSerializer,
)
from gisserver.common.webhooks.models import DeliveryState, Webhook

STATE = OpenApiParameter("state", str, enum=DeliveryState.values, description="Only deliveries of this state.")


class WebhookListView(ListView):
    """One's own webhooks."""

    parameters = PAGING

    @extend_schema(operation_id="webhooks_list", responses=WebhookSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them."""
        return self.page(request, Webhook.objects.visible_to(request.user), WebhookSerializer)

    @extend_schema(operation_id="webhook_create", request=NewWebhookBody, responses={201: WebhookSecretSerializer})
    def post(self, request: Request) -> Response:
        """Have an address told of changes; its secret is in this answer only."""
        said = checked(request, NewWebhookBody).validated_data
        webhook = services.subscribe(
            owner_id=user_id(request), url=said["url"], kinds=said.get("kinds", []), since=said.get("since")
        )
        if said.get("active") is False:
            webhook = services.change(webhook, active=False)
        return Response(WebhookSecretSerializer(webhook).data, status=status.HTTP_201_CREATED)


class WebhookView(DoorView):
    """One webhook."""

    @extend_schema(operation_id="webhook", responses=WebhookSerializer)
    def get(self, request: Request, webhook_id: int) -> Response:
        """Say what it is told, and how far it has come."""
        return Response(WebhookSerializer(services.webhook_of(request.user, webhook_id)).data)

    @extend_schema(operation_id="webhook_change", request=WebhookBody, responses=WebhookSerializer)
    def patch(self, request: Request, webhook_id: int) -> Response:
        """Change its address or its kinds, or have it rest; what waits goes on from where it stands."""
        webhook = services.webhook_of(request.user, webhook_id)
        body = WebhookBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return Response(WebhookSerializer(services.change(webhook, **body.validated_data)).data)

    @extend_schema(operation_id="webhook_remove", request=None, responses={204: None})
    def delete(self, request: Request, webhook_id: int) -> Response:
        """Remove it with its deliveries."""
        services.webhook_of(request.user, webhook_id).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookSecretView(DoorView):
    """The secret of a webhook."""

    @extend_schema(operation_id="webhook_secret_renew", request=None, responses=WebhookSecretSerializer)
    def post(self, request: Request, webhook_id: int) -> Response:
        """Give it another secret, which is in this answer only; the one before signs nothing any more."""
        webhook = services.renew_secret(services.webhook_of(request.user, webhook_id))
        return Response(WebhookSecretSerializer(webhook).data)


class DeliveryListView(ListView):
    """What was delivered to a webhook, or is to be."""

    parameters = (STATE, *PAGING)
    ordering = ("-id",)

    @extend_schema(operation_id="webhook_deliveries", responses=DeliverySerializer(many=True))
    def get(self, request: Request, webhook_id: int) -> Response:
        """List deliveries, the latest first; those that were taken are forgotten after a month."""
        rows = services.webhook_of(request.user, webhook_id).deliveries.all()
        if state := request.query_params.get("state"):
            if state not in DeliveryState.values:
                known = ", ".join(DeliveryState.values)
                raise Invalid("bad_state", Sentence("state must be one of {known}.", known=known))
            rows = rows.filter(state=state)
        return self.page(request, rows, DeliverySerializer)


class ReplayView(DoorView):
    """Sending a delivery again."""

    @extend_schema(operation_id="webhook_replay", request=None, responses=DeliverySerializer)
    def post(self, request: Request, webhook_id: int, delivery_id: int) -> Response:
        """Send a delivery that has ended once more: one that was given up, or one that the receiver has lost."""
        webhook = services.webhook_of(request.user, webhook_id)
        return Response(DeliverySerializer(services.replay(webhook, delivery_id)).data)
