"""Reading the queue: which rows wait where, and for what; personal data masked unless permitted (law 7)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import BooleanField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import Coalesce

from buildings.addresses.text.normalize import normalize
from buildings.models import Doubt, ReviewItem, ReviewStatus
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence
from grids.models import DivisionVersion, visible_communities

# By what the queue is narrowed: the words of a row, and what its raw text contains.
FACETS = {"status": "statuses", "reason": "reasons", "register": "registers", "source": "sources", "run": "runs"}
FILTERS = (*FACETS, "text")
MOST_VALUES = 100


def items_to_show(user: Viewer) -> QuerySet[Any]:
    """Return the rows that the user may decide, with ``community_code``, ``decider``, ``personal`` and ``alike``.

    ``alike`` counts the other waiting rows of the same text: a decision of this one decides them too.
    """
    communities = visible_communities(user, Permission.READ_PERSONAL)
    rule: Any = Value(value=True) if communities is None else Q(community_id__any_of=communities)
    codes = DivisionVersion.objects.at().filter(division_id=OuterRef("community_id")).values("code")
    same = ReviewItem.objects.visible_to(user).filter(
        status=ReviewStatus.OPEN, normalized=OuterRef("normalized"), register=OuterRef("register")
    )
    others = same.exclude(pk=OuterRef("pk")).order_by().values("register").annotate(rows=Count("pk"))
    rows: QuerySet[Any] = ReviewItem.objects.visible_to(user).annotate(
        community_code=Subquery(codes[:1]),
        decider=F("decided_by__username"),
        personal=ExpressionWrapper(rule, output_field=BooleanField()),
        alike=Coalesce(Subquery(others.values("rows")), 0),
    )
    return rows


def narrowed(rows: QuerySet[Any], said: Mapping[str, str]) -> QuerySet[Any]:
    """Return those of the rows that agree with what is ``said`` under the names in `FILTERS`.

    ``text`` is looked for only where the user may read the raw text: elsewhere finding it would tell what it says.
    Raises Invalid for a status or reason that is none.
    """
    for name, known in (("status", ReviewStatus.values), ("reason", Doubt.values)):
        if said.get(name) and said[name] not in known:
            raise Invalid(f"bad_{name}", Sentence("{name} must be one of {known}.", name=name, known=", ".join(known)))
    rows = rows.filter(**{name: said[name] for name in FACETS if said.get(name)})
    if text := said.get("text", "").strip():
        spelled = normalize(text)
        rows = rows.filter(
            Q(text__icontains=text) | (Q(normalized__contains=spelled) if spelled else Q()), personal=True
        )
    return rows


def facets(rows: QuerySet[Any], said: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Return the values by which rows may be narrowed, each with how many rows have it while the other filters hold."""
    found = {}
    for name, several in FACETS.items():
        others = narrowed(rows, {**said, name: ""})
        counted = others.order_by().values(name).annotate(rows=Count("pk")).order_by("-rows", name)
        found[several] = [{"value": one[name], "rows": one["rows"]} for one in counted[:MOST_VALUES]]
    return found


def item_to_show(user: Viewer, item_id: int) -> Any:
    """Return one row; raises NotFound."""
    row = items_to_show(user).filter(pk=item_id).first()
    if row is None:
        raise NotFound("no_such_review", Sentence("No row {item_id} waits for you.", item_id=item_id))
    return row
