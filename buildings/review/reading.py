"""Reading the queue: which rows wait where, and for what; personal data masked unless permitted (law 7)."""

from typing import Any

from django.db.models import BooleanField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import ExpressionWrapper

from buildings.models import Doubt, ReviewItem, ReviewStatus
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence
from grids.models import DivisionVersion, visible_communities


def items_to_show(user: Viewer) -> QuerySet[Any]:
    """Return the rows that the user may decide, with ``community_code``, ``decider`` and ``personal``."""
    communities = visible_communities(user, Permission.READ_PERSONAL)
    rule: Any = Value(value=True) if communities is None else Q(community_id__any_of=communities)
    codes = DivisionVersion.objects.at().filter(division_id=OuterRef("community_id")).values("code")
    rows: QuerySet[Any] = ReviewItem.objects.visible_to(user).annotate(
        community_code=Subquery(codes[:1]),
        decider=F("decided_by__username"),
        personal=ExpressionWrapper(rule, output_field=BooleanField()),
    )
    return rows


def narrowed(rows: QuerySet[Any], *, status: str = "", reason: str = "", register: str = "") -> QuerySet[Any]:
    """Return those of the rows with this status, reason and register; Invalid for a word that is none."""
    for name, value, known in (("status", status, ReviewStatus.values), ("reason", reason, Doubt.values)):
        if value and value not in known:
            raise Invalid(f"bad_{name}", Sentence("{name} must be one of {known}.", name=name, known=", ".join(known)))
        rows = rows.filter(**{name: value}) if value else rows
    return rows.filter(register=register) if register else rows


def item_to_show(user: Viewer, item_id: int) -> Any:
    """Return one row; raises NotFound."""
    row = items_to_show(user).filter(pk=item_id).first()
    if row is None:
        raise NotFound("no_such_review", Sentence("No row {item_id} waits for you.", item_id=item_id))
    return row
