"""Who serves grids at a moment: the officers of their posts, those included that a new grid still inherits."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from grids.models import PostRole
from grids.shifts import Shift, on_duty, shifts_of

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


def main_officers(grid_ids: Collection[int], at: datetime) -> dict[int, str]:
    """Return for each grid the name of its `main_officer` at ``at``, '' when there is none: for many a second.

    Most grids have a main post of their own; only of the others is asked what they inherit.
    """
    posts: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    moment = timezone.localtime(at)
    for grid_id, name, hours in sql.tuples(SQL / "main_posts.sql", grids=list(grid_ids), moment=at):
        posts[grid_id].append((name, on_duty(tuple((span.lower, span.upper) for span in hours), moment)))
    others = [grid_id for grid_id in grid_ids if grid_id not in posts]
    inherited = serving(others, at) if others else {}
    return {
        grid_id: next((name for name, duty in posts[grid_id] if duty), posts[grid_id][0][0])
        if grid_id in posts
        else main_officer(inherited.get(grid_id, []))
        for grid_id in grid_ids
    }
