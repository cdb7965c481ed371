"""Posts from a sheet: who serves which grid. For each grid that it names, the sheet says all of the posts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from gisserver.common.codes import CodeKind
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from gisserver.common.errors import Invalid
from gisserver.common.imports.command import Outcome, Rejects, moment_or_now
from gisserver.common.reading import Field, Table
from grids.models import Division, GridVersion, Officer, Post, PostRole
from grids.posts.services import end_posts, team_named
from grids.shifts import ALWAYS

FIELDS = (
    Field("grid", ("grid_code", "网格编码", "网格代码", "网格"), required=True, code=CodeKind.GRID),
    Field("name", ("officer", "officer_name", "网格员", "姓名"), required=True),
    Field("staff_number", ("工号", "编号")),
    Field("phone", ("tel", "mobile", "联系电话", "电话", "手机")),
    Field("team", ("队伍", "班组")),
    Field("role", ("岗位", "角色", "职责")),
)
_ROLES = {
    "": PostRole.MAIN,
    **{role.value: role for role in PostRole},
    "主": PostRole.MAIN,
    "主责": PostRole.MAIN,
    "专职": PostRole.MAIN,
    "网格员": PostRole.MAIN,
    "副": PostRole.DEPUTY,
    "协管": PostRole.DEPUTY,
    "兼职": PostRole.DEPUTY,
    "替班": PostRole.STAND_IN,
    "代班": PostRole.STAND_IN,
}


@dataclass(frozen=True, slots=True)
class _Row:
    grid_id: int
    community_id: int
    role: PostRole
    name: str
    staff_number: str
    phone: str
    team: str


_Key = tuple[int, int, PostRole]


@transaction.atomic
def import_posts(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    effective_at: datetime | None = None,
    partial: bool = False,
) -> Outcome:
    """Bring a list of officers and their grids in: new posts begin, those that a named grid no longer has end.

    An officer is known by the staff number within the community, else by the name; who is new joins the staff. Only
    posts around the clock that hold then are compared: others are kept by hand. Raises Invalid or RowsRejected.
    """
    rejects = Rejects(table)
    moment = moment_or_now(effective_at)
    rows = _rows(table, columns, rejects, moment)
    Division.objects.select_for_update(no_key=True).filter(pk__in={row.community_id for row in rows.values()}).count()
    posts = Post.objects.select_for_update().filter(
        grid_id__in={row.grid_id for row in rows.values()}, valid__overlap=since(moment)
    )
    compared = {_key(post): post for post in posts if post.hours == ALWAYS and moment in post.valid}
    by_hand = [post for post in posts if _key(post) not in compared]
    officers = _Officers(moment)
    wanted = _wanted(rows, by_hand, officers, rejects)
    rejected = rejects.finish(partial=partial)
    named = {rows[index].grid_id for index in rows if index not in rejects}
    over = [post for key, post in compared.items() if key not in wanted and post.grid_id in named]
    if over and effective_at is not None and moment < database_now():
        raise Invalid(
            "post_in_the_past", "Who has served until now has served: let the sheet take effect now or later."
        )
    end_posts(over, moment)
    begun = [key for key in wanted if key not in compared]
    Post.objects.bulk_create(
        Post(grid_id=grid, officer_id=officer, role=role, valid=since(moment), source=source)
        for grid, officer, role in begun
    )
    return Outcome(
        read=len(table),
        begun=len(begun),
        ended=len(over),
        unchanged=len(wanted) - len(begun),
        rejected=rejected,
        notes=officers.notes,
    )


def _key(post: Post) -> _Key:
    return post.grid_id, post.officer_id, PostRole(post.role)


def _wanted(
    rows: Mapping[int, _Row], by_hand: Collection[Post], officers: "_Officers", rejects: Rejects
) -> dict[_Key, _Row]:
    """Return the posts of the sheet; rows that name a post twice, or meet one that is kept by hand, are rejected."""
    wanted: dict[_Key, _Row] = {}
    served: set[tuple[int, int]] = set()
    manned = {post.grid_id for post in by_hand if post.role == PostRole.MAIN}
    for index, row in rows.items():
        if row.role is PostRole.MAIN and row.grid_id in manned:
            rejects.add(
                index, "post_taken", "The grid has a main officer by shifts, or from a later day: end that post."
            )
            continue
        officer = officers.of(row).pk
        if (row.grid_id, officer) in served:
            rejects.add(index, "named_twice", "The sheet names this officer for this grid already.")
        elif any((post.grid_id, post.officer_id) == (row.grid_id, officer) for post in by_hand):
            rejects.add(
                index, "post_taken", "The officer serves the grid by shifts, or from a later day: end that post."
            )
        else:
            served.add((row.grid_id, officer))
            wanted[row.grid_id, officer, row.role] = row
    return wanted


def _rows(table: Table, columns: Mapping[str, str], rejects: Rejects, moment: datetime) -> dict[int, _Row]:
    said = {name: table.text(column) for name, column in columns.items()}
    versions = GridVersion.objects.at(moment).filter(code__in=set(said["grid"]))
    grids = {
        code: (grid, community) for code, grid, community in versions.values_list("code", "grid_id", "community_id")
    }
    rows: dict[int, _Row] = {}
    main: dict[int, int] = {}
    for index, code in enumerate(said["grid"]):
        words = {field.name: said[field.name][index].strip() if field.name in said else "" for field in FIELDS}
        reason = _why_not(code, words, grids)
        if reason is None and _ROLES[words["role"]] is PostRole.MAIN:
            first = main.setdefault(grids[code][0], index)
            if first != index:
                reason = "two_main_officers", f"Row {first + 1} names a main officer of grid {code} already."
        if reason is not None:
            rejects.add(index, *reason)
            continue
        grid_id, community_id = grids[code]
        role = _ROLES[words["role"]]
        rows[index] = _Row(
            grid_id, community_id, role, words["name"], words["staff_number"], words["phone"], words["team"]
        )
    return rows


def _why_not(code: str, words: Mapping[str, str], grids: Mapping[str, tuple[int, int]]) -> tuple[str, str] | None:
    if code not in grids:
        return "no_such_grid", f"No grid {code or '(none)'} is there at that time."
    if not words["name"]:
        return "no_name", "The row names no officer."
    if words["role"] not in _ROLES:
        return "unknown_role", f"The role is none of {', '.join(word for word in _ROLES if word)}."
    return None


class _Officers:
    """The officers on the staff at a moment; who is not among them joins."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment
        self._known: dict[tuple[int, str], Officer] = {}
        self._joined = 0

    @property
    def notes(self) -> Sequence[str]:
        """What the person who imports should know."""
        return [f"{self._joined} officers join the staff"] if self._joined else []

    def of(self, row: _Row) -> Officer:
        """Return the officer that a row speaks of; what the row says of phone and team holds from now on."""
        key = (row.community_id, row.staff_number or row.name)
        if key not in self._known:
            self._known[key] = self._found(row) or self._join(row)
        return self._known[key]

    def _found(self, row: _Row) -> Officer | None:
        who = {"staff_number": row.staff_number} if row.staff_number else {"name": row.name}
        found = Officer.objects.at(self._moment).filter(division_id=row.community_id, **who).order_by("pk").first()
        if found is None:
            return None
        said = self._said(row)
        changed = [name for name, value in said.items() if value and getattr(found, name) != value]
        for name in changed:
            setattr(found, name, said[name])
        if changed:
            found.save(update_fields=changed)
        return found

    def _join(self, row: _Row) -> Officer:
        self._joined += 1
        return Officer.objects.create(division_id=row.community_id, valid=since(self._moment), **self._said(row))

    def _said(self, row: _Row) -> dict[str, object]:
        team = team_named(row.team, Division.objects.get(pk=row.community_id)) if row.team else None
        return {"name": row.name, "staff_number": row.staff_number, "phone": row.phone, "team": team}
