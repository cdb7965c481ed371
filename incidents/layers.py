"""What the app `incidents` publishes: incidents with the grid that is responsible.

Their free text stays inside.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import CharField, OuterRef, Subquery

from gisserver.common.access.models import Viewer
from grids.layers import division_text
from grids.models import GridVersion
from incidents.models import Assignment, IncidentStatus
from incidents.selectors import incidents_at
from layers import registry
from layers.fields import Field, FieldType, GeometryType


def _incidents(user: Viewer, at: datetime | None) -> Any:
    """Return the incidents received by ``at``, with the grid then responsible."""
    assigned = Assignment.objects.at(at).filter(incident_id=OuterRef(OuterRef("pk"))).values("grid_id")[:1]
    grids = GridVersion.objects.at(at).filter(grid_id=Subquery(assigned))
    return incidents_at(user, at).annotate(
        grid_code=Subquery(grids.values("code")[:1], output_field=CharField()),
        community_code=division_text("code", "community_then", at),
    )


registry.register(
    registry.Collection(
        id="incidents",
        title_zh="事件",
        title_en="Incidents",
        description=(
            "Reported incidents; `at` gives those received by then with the grid then responsible, "
            "the status is today's 上报事件"
        ),
        queryset=_incidents,
        geometry="location",
        geometry_3857="location_3857",
        geometry_type=GeometryType.POINT,
        srid=settings.SURVEY_SRID,
        datetime_field="occurred_at",
        versioned=True,
        label="title",
        min_zoom=8,
        # From here on even the busiest street has room for all that ever happened in it.
        squares_below=17,
        fields=(
            Field("occurred_at", FieldType.DATETIME, title="发生时间 Occurred at"),
            Field("received_at", FieldType.DATETIME, title="接收时间 Received at", in_tiles=False),
            Field("type", title="类型代码 Code of the type", source="type__code"),
            Field("type_name", title="类型 Type", source="type__name", in_tiles=False),
            Field("status", title="状态 Status", values=tuple(IncidentStatus.values)),
            Field("title", title="标题 Title"),
            Field("address", title="地址 Address", in_tiles=False),
            Field("source", title="来源 Source", in_tiles=False),
            Field("grid", title="网格编码 Code of the grid", source="grid_code", in_tiles=False),
            Field("community", title="社区代码 Code of the community", source="community_code", in_tiles=False),
        ),
    )
)
