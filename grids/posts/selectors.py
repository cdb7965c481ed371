"""Named questions about posts: who serves a grid, what an officer serves, how much that is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Now

from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.errors import NotFound
from gisserver.common.sentences import Sentence
from grids import asset_registry
from grids.models import DivisionVersion, GridVersion, Officer, Post, Team, visible_communities
from grids.who_serves import serving

SQL = Path(__file__).parent / "sql"


def posts_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Post]:
    """Return the visible posts that hold at ``at`` (default now), each with ``grid_code`` and its officer."""
    return _shown(Post.objects.visible_to(user).at(at), at)


def post_detail(*, user: Viewer, post_id: int) -> Post:
    """Return one visible post, whenever it holds; raises NotFound."""
    row = _shown(Post.objects.visible_to(user), None).filter(pk=post_id).first()
    if row is None:
        raise NotFound("no_such_post", Sentence("No post {post_id} is known to you.", post_id=post_id))
    return row


def _shown(rows: Any, at: datetime | None) -> QuerySet[Post]:
    begun = Now() if at is None else at
    versions = GridVersion.objects.filter(grid_id=OuterRef("grid_id"), valid__startswith__lte=begun)
    code = Subquery(versions.order_by("-valid").values("code")[:1])
    shown: QuerySet[Post] = rows.annotate(grid_code=code, officer_name=F("officer__name")).order_by("pk")
    return shown


def officers_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Officer]:
    """Return the visible officers on the staff at ``at`` (default now), by id.

    Each has ``division_code`` (None of a division that the user may not see),
    and ``personal``: whether the user may read personal data of that division.
    """
    return _officers(user).at(at)  # type: ignore[no-any-return]


def officer_by_id(*, user: Viewer, officer_id: int) -> Officer:
    """Return a visible officer, whenever on the staff; raises NotFound."""
    row: Officer | None = _officers(user).filter(pk=officer_id).first()
    if row is None:
        raise NotFound("no_such_officer", Sentence("No officer {officer_id} is known to you.", officer_id=officer_id))
    return row


def _officers(user: Viewer) -> Any:
    areas = visible_communities(user, Permission.READ_PERSONAL)
    rule = Q(division_id__any_of=areas) if areas is not None else ~Q(pk=None)
    code = DivisionVersion.objects.visible_to(user).at().filter(division_id=OuterRef("division_id")).values("code")
    return (
        Officer.objects.visible_to(user)
        .select_related("team")
        .annotate(division_code=Subquery(code[:1]), personal=ExpressionWrapper(rule, output_field=BooleanField()))
        .order_by("pk")
    )


def teams_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Team]:
    """Return the teams of the user's divisions, each with ``division_code`` and ``members`` at ``at`` (default now)."""
    areas = visible_communities(user)
    rows = Team.objects.order_by("pk")
    if areas is not None:
        rows = rows.filter(division_id__any_of=areas)
    code = DivisionVersion.objects.visible_to(user).at(at).filter(division_id=OuterRef("division_id")).values("code")
    members = Prefetch("officers", Officer.objects.visible_to(user).at(at).order_by("pk"), to_attr="members")
    return rows.annotate(division_code=Subquery(code[:1])).prefetch_related(members)


@dataclass(frozen=True, slots=True)
class Workload:
    """The grids that an officer serves at a moment, in which role, and the sum of what they carry."""

    grids: Mapping[str, str]
    load: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OfficerDetail:
    """An officer, and the load at a moment."""

    row: Officer
    workload: Workload


def officer_detail(*, user: Viewer, officer_id: int, at: datetime | None = None) -> OfficerDetail:
    """Return a visible officer with the load at ``at`` on the grids that the user may see; raises NotFound.

    Grids that inherit a post are among them; one with several officers counts in full for each.
    """
    officer = officer_by_id(user=user, officer_id=officer_id)
    return OfficerDetail(officer, _workload(user, officer, at))


def _workload(user: Viewer, officer: Officer, at: datetime | None) -> Workload:
    rows = GridVersion.objects.visible_to(user).at(at).filter(community_id__in=_communities_of(officer))
    codes = dict(rows.values_list("grid_id", "code"))
    roles = {
        codes[grid_id]: each.role
        for grid_id, found in serving(list(codes), at).items()
        for each in found
        if each.officer_id == officer.pk
    }
    served = [grid_id for grid_id, code in codes.items() if code in roles]
    load: Counter[str] = Counter()
    for counts in asset_registry.of(served, at).values():
        load.update(counts)
    return Workload(dict(sorted(roles.items())), dict(load))


def _communities_of(officer: Officer) -> QuerySet[Any]:
    """Return the communities where the officer has or had posts: what a grid inherits stays in its community."""
    return Post.objects.filter(officer=officer).values("grid__community_id")
