"""Named questions about posts: who serves a grid, what an officer serves, how much that is."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from gisserver.common.errors import NotFound
from gisserver.common.sentences import Sentence
from grids import asset_registry
from grids.models import DivisionVersion, GridVersion, Officer, Post, PostRole, Team, visible_communities
from grids.posts.shifts import Shift, on_duty, shifts_of

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Serving:
    """An officer who serves a grid at a moment.

    ``inherited_from`` is the code of the grid whose post it is, when nobody was appointed for this one yet.
    """

    post_id: int
    officer_id: int
    name: str
    staff_number: str
    team: str | None
    role: str
    shifts: Sequence[Shift]
    on_duty: bool
    since: datetime
    until: datetime | None
    inherited_from: str | None


def serving(grid_ids: Collection[int], at: datetime | None = None) -> dict[int, list[Serving]]:
    """Return for each grid who serves it at ``at`` (default now): main officers first, then deputies and stand-ins.

    The caller has seen to it that the reader may see the grids.
    """
    found: dict[int, list[Serving]] = defaultdict(list)
    moment = at or database_now()
    for row in sql.rows(SQL / "serving.sql", grids=list(grid_ids), moment=moment):
        words = dict(row)
        grid_id, hours = words.pop("grid_id"), tuple((span.lower, span.upper) for span in words.pop("hours"))
        duty = on_duty(hours, timezone.localtime(moment))
        found[grid_id].append(Serving(**words, shifts=shifts_of(hours), on_duty=duty))
    return dict(found)


def main_officer(found: Sequence[Serving]) -> str:
    """Return the name of the main officer on duty, else of any main officer; '' when there is none."""
    main = [each for each in found if each.role == PostRole.MAIN]
    return next((each.name for each in main if each.on_duty), main[0].name if main else "")


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

    Each has ``division_code``, and ``personal``: whether the user may read personal data of that division.
    """
    return _officers(user).at(at)  # type: ignore[attr-defined,no-any-return]


def officer_by_id(*, user: Viewer, officer_id: int) -> Officer:
    """Return a visible officer, whenever on the staff; raises NotFound."""
    row = _officers(user).filter(pk=officer_id).first()
    if row is None:
        raise NotFound("no_such_officer", Sentence("No officer {officer_id} is known to you.", officer_id=officer_id))
    return row


def _officers(user: Viewer) -> Any:
    areas = visible_communities(user, Permission.READ_PERSONAL)
    rule = Q(division_id__in=areas) if areas is not None else ~Q(pk=None)
    code = DivisionVersion.objects.at().filter(division_id=OuterRef("division_id")).values("code")
    return (
        Officer.objects.visible_to(user)
        .select_related("team")
        .annotate(division_code=Subquery(code[:1]), personal=ExpressionWrapper(rule, output_field=BooleanField()))
        .order_by("pk")
    )


def teams_to_show(user: Viewer) -> QuerySet[Team]:
    """Return the teams of the user's divisions, by name."""
    areas = visible_communities(user)
    rows = Team.objects.order_by("pk")
    return rows if areas is None else rows.filter(division_id__in=areas)


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
