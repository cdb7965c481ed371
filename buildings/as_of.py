"""Buildings at a moment: what holds now, or what held then and in whose area that was (docs/adr/0015)."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import BigIntegerField, F, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from buildings.models import Building, BuildingAsOf, BuildingAssignment
from gisserver.common.access.models import Viewer

SQL = Path(__file__).parent / "sql" / "as_of.sql"


def tables_at(at: datetime | None) -> Path | None:
    """Return what takes the place of the tables of buildings and of what is in them in a statement about ``at``.

    The statement binds the moment as ``moment``; None (now) reads the tables themselves. For `gisserver.common.db.sql`.
    """
    return None if at is None else SQL


def buildings_at(user: Viewer, at: datetime | None) -> QuerySet[Any]:
    """Return the visible buildings as they are, or as they were at ``at``, with the id of their ``community_then``."""
    if at is None:
        return Building.objects.visible_to(user).at().annotate(community_then=F("community_id"))
    held = BuildingAssignment.objects.at(at).filter(building_id=OuterRef("pk")).values("grid__community_id")
    then = Coalesce(Subquery(held[:1]), "community_id", output_field=BigIntegerField())
    return BuildingAsOf.objects.visible_to(user, at).at(at).annotate(community_then=then)


def rows_at(now: type[Model], then: type[Model], user: Viewer, at: datetime | None) -> Any:
    """Return the visible rows of the model ``now``, or those of its view ``then`` as they were at ``at``."""
    manager: Any = (now if at is None else then)._default_manager
    return manager.visible_to(user, at).at(at)
