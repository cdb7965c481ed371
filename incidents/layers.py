"""What the app `incidents` publishes: incidents with the grid that is responsible.

Their free text stays inside.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import CharField, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer
from gisserver.common.sentences import Sentence
from grids.layers import division_lookup, division_text, divisions_above, grid_lookup, grouped_by_division
from grids.models import GridVersion
from incidents.models import Assignment, IncidentStatus
from incidents.selectors import incidents_at
from layers import registry
from layers.fields import Field, FieldType, GeometryType


def _incidents(user: Viewer, at: datetime | None) -> Any:
    """Return the incidents received by ``at``, with the grid then responsible."""
    assigned = Assignment.objects.at(at).filter(incident_id=OuterRef(OuterRef("pk"))).values("grid_id")[:1]
    grids = GridVersion.objects.at(at).filter(grid_id=Subquery(assigned))
    rows = incidents_at(user, at).annotate(
        grid_code=Subquery(grids.values("code")[:1], output_field=CharField()),
        community_code=division_text("code", "community_then", at),
        **divisions_above("community_then", at),
    )
    # What holds now is joined in statements about very many rows.
    held = FilteredRelation("assignments", condition=Q(assignments__valid__contains=Now()))
    return rows if at is not None else rows.annotate(held=held)


registry.register(
    registry.Collection(
        id="incidents",
        title=_("Incidents"),
        description=_(
            "Reported incidents; `at` gives those received by then with the grid then responsible, "
            "the status is today's"
        ),
        queryset=_incidents,
        geometry="location",
        geometry_3857="location_3857",
        geometry_type=GeometryType.POINT,
        srid=settings.SURVEY_SRID,
        datetime_field="occurred_at",
        versioned=True,
        changed_by=Sentence("Incidents are reported and handled at /api/incidents/."),
        label="title",
        min_zoom=8,
        # From here on even the busiest street has room for all that ever happened in it.
        bins_below=17,
        groupings=grouped_by_division("community_then"),
        fields=(
            Field("occurred_at", FieldType.DATETIME, title=_("Occurred at")),
            Field("received_at", FieldType.DATETIME, title=_("Received at"), in_tiles=False),
            Field("type", title=_("Code of the type"), source="type__code"),
            Field("type_name", title=_("Type"), source="type__name", in_tiles=False),
            Field("status", title=_("Status"), values=tuple(IncidentStatus.values)),
            Field("title", title=_("Title")),
            Field("address", title=_("Address"), in_tiles=False),
            Field("source", title=_("Source"), in_tiles=False),
            Field(
                "grid",
                title=_("Code of the grid"),
                source="grid_code",
                in_tiles=False,
                lookup=grid_lookup("held__grid_id"),
            ),
            Field(
                "community",
                title=_("Code of the community"),
                source="community_code",
                in_tiles=False,
                lookup=division_lookup("community_then"),
            ),
        ),
    )
)
