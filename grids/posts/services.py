"""Named changes of posts: who joins and leaves, who is appointed where, who is relieved. One transaction each."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from gisserver.common.access.roles import Permission
from gisserver.common.dates import recordable
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from gisserver.common.errors import Conflict, Forbidden, Invalid
from grids.models import Division, GridVersion, Officer, Post, PostRole, Team, holds
from grids.posts import selectors
from grids.selectors import division_by_code, grid_by_code
from grids.shifts import Shift, hours_of


@transaction.atomic
def join(*, user: User, division: str, name: str, begins: datetime | None = None, **words: Any) -> Officer:
    """Take an officer on in the division of this code; ``words``: staff_number, phone, team (a name).

    Raises NotFound, Forbidden, or Conflict ``staff_number_taken``.
    """
    home = division_by_code(user=user, code=division).division
    _demand(user, home.pk)
    team = words.pop("team", "")
    row = Officer(division=home, name=name, valid=since(recordable(begins) if begins else database_now()), **words)
    row.team = team_named(team, home) if team else None
    with _staff_number_free():
        row.save()
    return row


@transaction.atomic
def change_officer(*, user: User, officer_id: int, words: Mapping[str, Any]) -> Officer:
    """Change what is said of an officer: name, staff_number, phone, team (a name; '' for none). The past is kept."""
    row = _locked_officer(user, officer_id)
    for name, value in words.items():
        if name == "team":
            value = team_named(value, row.division) if value else None
        setattr(row, name, value)
    with _staff_number_free():
        row.save(update_fields=list(words))
    return row


@transaction.atomic
def leave(*, user: User, officer_id: int, at: datetime | None = None) -> Officer:
    """End an officer's service, and with it every post, at ``at`` (default now); raises Invalid for the past."""
    row = _locked_officer(user, officer_id)
    moment = _from_now_on(at)
    if not row.valid.lower < moment or (row.valid.upper is not None and row.valid.upper <= moment):
        raise Conflict("not_on_the_staff", "The officer is not on the staff at that moment.")
    end_posts(list(Post.objects.select_for_update().filter(officer=row)), moment)
    row.valid = DateTimeTZRange(row.valid.lower, moment, "[)")
    row.save(update_fields=["valid"])
    return row


def team_named(name: str, division: Division) -> Team:
    """Return the team of this name in a division; it is made when there is none."""
    return Team.objects.get_or_create(division=division, name=name)[0]


@transaction.atomic
def appoint(
    *,
    user: User,
    grid: str,
    officer_id: int,
    role: str = PostRole.MAIN,
    shifts: Sequence[Shift] = (),
    begins: datetime | None = None,
    until: datetime | None = None,
    replacing: bool = False,
    reason: str = "",
) -> Post:
    """Let an officer serve the grid of this code from ``begins`` (default now).

    ``replacing``: the main officers of these hours are relieved then. Otherwise Conflict ``post_taken`` names the
    post in the way. Raises NotFound, Forbidden, Invalid.
    """
    version = grid_by_code(user=user, code=grid, at=begins)
    _demand(user, version.community_id)
    officer = selectors.officer_by_id(user=user, officer_id=officer_id)
    moment = recordable(begins) if begins else database_now()
    until = recordable(until) if until else None
    if until is not None and until <= moment:
        raise Invalid("bad_until", "A post ends after it begins.")
    row = Post(
        grid=version.grid, officer=officer, role=role, hours=hours_of(shifts), reason=reason, decided_by=user,
        valid=DateTimeTZRange(moment, until, "[)"),
    )  # fmt: skip
    if replacing:
        _relieve(row, _from_now_on(moment) if begins else moment)
    _save(row)
    return row


def _save(row: Post) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "within_service" in str(error):
            raise Conflict(
                "not_on_the_staff", "The officer is not on the staff during all of this time: see the officer's dates."
            ) from error
        if not any(name in str(error) for name in ("one_main_officer", "grids_post_once")):
            raise
        raise Conflict(
            "post_taken",
            "Somebody serves the grid at these hours already: relieve that post, or send replacing=true.",
            posts=[post.pk for post in _in_the_way(row)],
        ) from error


def _in_the_way(row: Post) -> list[Post]:
    """Return the posts that a main post at these hours meets, and the officer's own on this grid."""
    own = {"officer": row.officer} if row.role != PostRole.MAIN else {}
    rows = Post.objects.filter(grid=row.grid, valid__overlap=row.valid, **own)
    return [
        post
        for post in rows.order_by("pk")
        if (post.role == PostRole.MAIN or post.officer_id == row.officer_id)
        and any(a < d and c < b for a, b in post.hours for c, d in row.hours)
    ]


def _relieve(row: Post, moment: datetime) -> None:
    end_posts(list(Post.objects.select_for_update().filter(pk__in=[post.pk for post in _in_the_way(row)])), moment)


@transaction.atomic
def relieve(*, user: User, post_id: int, at: datetime | None = None) -> Post:
    """End a post at ``at`` (default now); one that has not begun by then is called off. Raises Invalid for the past."""
    row = Post.objects.select_for_update().get(pk=selectors.post_detail(user=user, post_id=post_id).pk)
    community = GridVersion.objects.filter(grid=row.grid_id).values_list("community_id", flat=True)[0]
    _demand(user, community)
    moment = _from_now_on(at)
    if row.valid.isempty or (row.valid.upper is not None and row.valid.upper <= moment):
        raise Conflict("post_over", "This post has ended by then already.")
    end_posts([row], moment)
    return row


def end_posts(posts: Sequence[Post], moment: datetime) -> None:
    """End posts at a moment; what would begin then or later is called off."""
    for post in posts:
        if post.valid.isempty or (post.valid.upper is not None and post.valid.upper <= moment):
            continue
        begun = post.valid.lower < moment
        post.valid = DateTimeTZRange(post.valid.lower, moment, "[)") if begun else DateTimeTZRange(empty=True)
        post.save(update_fields=["valid"])


def _from_now_on(at: datetime | None) -> datetime:
    """Return the moment at which something ends: now or later, since what has been served stays served (law 4)."""
    now = database_now()
    if at is not None and at < now:
        raise Invalid("post_in_the_past", "Who has served until now has served: an end lies now or later.")
    return recordable(at) if at else now


def _locked_officer(user: User, officer_id: int) -> Officer:
    row = selectors.officer_by_id(user=user, officer_id=officer_id)
    _demand(user, row.division_id)
    return Officer.objects.select_for_update(no_key=True).get(pk=row.pk)


def _demand(user: User, division_id: int) -> None:
    if not holds(user, Permission.EDIT_REGISTERS, [division_id]):
        raise Forbidden("not_in_your_area", "You may not edit the registers of this division.")


@contextmanager
def _staff_number_free() -> Iterator[None]:
    """Raise Conflict ``staff_number_taken`` when the constraint of staff numbers is violated within."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "staff_number" not in str(error):
            raise
        raise Conflict("staff_number_taken", "Another officer of the division has this staff number.") from error
