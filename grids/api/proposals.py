"""The doors that propose: a draft, or commands in a draft, that balance the grids of a community."""

from functools import partial
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.access.roles import Permission
from gisserver.common.languages import spoken
from gisserver.common.web.bodies import KnownMembers, checked
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, answered_once
from gisserver.common.web.views import DoorView
from grids.api.conditions import IF_MATCH, RedrawDoor, person
from grids.api.redraw_serializers import RedrawDetailSerializer
from grids.api.redraws import Answer, shown
from grids.balancing.compactness import FLOOR
from grids.redraws.proposals import propose
from grids.redraws.proposals.assets import MEASURES
from grids.redraws.proposals.proposal import SHORT
from grids.redraws.proposals.propose import Goal


class CodesField(serializers.ListField):
    """A list of codes."""

    child = serializers.CharField(max_length=40)


class WishSerializer(KnownMembers):
    """What is to be made equal, and how nearly."""

    measure = serializers.ChoiceField(choices=list(MEASURES), required=False, default="households")
    tolerance = serializers.FloatField(required=False, default=0.10, min_value=0.01, max_value=1.0)
    locked = CodesField(required=False, default=list, max_length=1000, help_text="Grids that must not change.")
    special = serializers.BooleanField(
        required=False, default=False, help_text="Whether dedicated grids may give and take area too."
    )
    include = CodesField(
        required=False,
        default=list,
        max_length=1000,
        help_text="Grids that take part though they are special, or so wide and empty that they would be left out.",
    )
    compactness = serializers.FloatField(
        required=False,
        default=FLOOR,
        min_value=0.0,
        max_value=propose.COMPACTEST,
        help_text="Polsby-Popper: no grid gets less compact than this, or than it is; 0 for any shape.",
    )
    community = serializers.CharField(max_length=40, required=False)
    communities = CodesField(required=False, max_length=50)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let either ``community`` or ``communities`` be given."""
        if "community" in attrs and "communities" in attrs:
            raise serializers.ValidationError({"communities": "Say community or communities, not both."})
        return attrs

    @property
    def goal(self) -> Goal:
        """The goal."""
        data = self.validated_data
        return Goal(
            measure=data["measure"],
            tolerance=data["tolerance"],
            locked=tuple(data["locked"]),
            special=data["special"],
            include=tuple(data["include"]),
            compactness=data["compactness"],
        )

    @property
    def wanted(self) -> list[str]:
        """The communities named."""
        data = self.validated_data
        return [data["community"]] if "community" in data else list(data.get("communities", []))


class NewProposalSerializer(WishSerializer):
    """A draft to be proposed."""

    title = serializers.CharField(max_length=200, required=False, default=partial(gettext, "Balanced grids"))
    reason = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand a community."""
        attrs = super().validate(attrs)
        if not attrs.get("communities") and "community" not in attrs:
            raise serializers.ValidationError({"community": "Say which community."})
        return attrs


class ProposedGridSerializer(serializers.Serializer[Any]):
    """A grid's load before and after; ``short`` says why it is still outside the tolerance, if it is."""

    code = serializers.CharField()
    role = serializers.ChoiceField(choices=["free", "left_out", "locked", "base", "special"])
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    deviation_before = serializers.FloatField(allow_null=True)
    deviation_after = serializers.FloatField(allow_null=True)
    deviation_least = serializers.FloatField(
        allow_null=True, help_text="What whoever holds the building that is too much alone can't stay below."
    )
    compactness_before = serializers.FloatField(help_text="Polsby-Popper: 1 for a circle, 0.79 for a square.")
    compactness_after = serializers.FloatField()
    short = serializers.ChoiceField(choices=list(SHORT), allow_null=True)
    detail = serializers.CharField(allow_null=True)
    cut_off_by = CodesField(help_text="Where `short` is cut_off: the grids that part its region from the others.")


class ProposedCommunitySerializer(serializers.Serializer[Any]):
    """A community's part of a proposal; ``moved_at_least`` is a bound that no plan can stay below."""

    community = serializers.CharField()
    reached = serializers.BooleanField()
    message = serializers.CharField(allow_null=True, help_text="Says plainly that the tolerance is not met.")
    mean = serializers.FloatField(help_text="Of the grids that count, the locked ones too: what the map's legend says.")
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    compactness = serializers.FloatField(help_text="The floor that held.")
    moved = serializers.IntegerField()
    moved_at_least = serializers.IntegerField()
    buildings_moved = serializers.IntegerField()
    buildings_cut = serializers.IntegerField()
    commands = serializers.IntegerField()
    left_out = CodesField(
        help_text="Wide grids (hills, water) that carry nearly nothing and are not asked for: left as they are."
    )
    grids = ProposedGridSerializer(many=True)


class ProposalSerializer(serializers.Serializer[Any]):
    """What a proposal does."""

    measure = serializers.CharField()
    tolerance = serializers.FloatField()
    reached = serializers.BooleanField()
    message = serializers.CharField(allow_null=True, help_text="Says plainly that the tolerance is not met.")
    moved = serializers.IntegerField()
    commands = serializers.IntegerField()
    communities = ProposedCommunitySerializer(many=True)


class ProposedSerializer(RedrawDetailSerializer):
    """A draft with what was proposed in it."""

    proposal = ProposalSerializer()


class ProposeView(DoorView):
    """Propose a draft."""

    permissions_by_method = {"POST": Permission.REDRAW}

    @extend_schema(
        operation_id="redraws_propose",
        parameters=[IDEMPOTENCY_KEY],
        request=NewProposalSerializer,
        responses={201: ProposedSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make a draft that brings the grids of a community to within a tolerance of equal load, moving the least."""
        wish = checked(request, NewProposalSerializer)
        user, data = person(request), wish.validated_data

        def act() -> Answer:
            redraw, summary = propose.propose(
                user=user, title=data["title"], reason=data["reason"], communities=wish.wanted, goal=wish.goal
            )
            return shown(request, redraw.pk) | {"proposal": spoken(summary)}

        return answered_once(request, "redraws/propose", act)


class ProposeIntoView(RedrawDoor):
    """Propose commands in a draft."""

    permissions_by_method = {"POST": Permission.REDRAW}

    @extend_schema(
        operation_id="redraw_propose",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=WishSerializer,
        responses={201: ProposedSerializer},
    )
    def post(self, request: Request, redraw_id: int) -> Response:
        """Add commands that balance the draft as it is drawn now."""
        wish = checked(request, WishSerializer)
        user = person(request)

        def act() -> Answer:
            summary = self.guarded(
                request,
                lambda: propose.propose_into(user=user, redraw_id=redraw_id, communities=wish.wanted, goal=wish.goal),
            )
            return shown(request, redraw_id) | {"proposal": spoken(summary)}

        return answered_once(request, f"redraws/{redraw_id}/propose", act)
