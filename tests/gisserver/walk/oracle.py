"""What each user may be told, in plain SQL on the tables themselves: nothing of the product's own rules is asked.

The rule (docs/adr/0015): where a thing stood at the moment, and whose that area was then; the reader's rights are
today's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection

from tests.gisserver.walk.rules import ABOVE, AREAS, EDIT, EXPORT, KINDS, READ, READ_PERSONAL, WORDS

Rows = dict[int, dict[str, Any]]


def ask(text: str, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Word:
    """A word with the things that carry it: kind, id, and since when."""

    text: str
    carriers: tuple[tuple[str, int, datetime], ...]


class Truth:
    """All that there is, at each moment that is asked for; read once, for nothing changes while people walk."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, datetime], Rows] = {}

    def rows(self, kind: str, at: datetime) -> Rows:
        """Return the rows of a kind at a moment, by id."""
        if (kind, at) not in self._held:
            self._held[kind, at] = {row["id"]: row for row in ask(KINDS[kind], at=at)}
        return self._held[kind, at]

    @cached_property
    def words(self) -> list[Word]:
        """Every word, with all that carry it."""
        held: dict[str, list[tuple[str, int, datetime]]] = {}
        for row in ask(WORDS):
            if row["word"]:
                held.setdefault(row["word"], []).append((row["kind"], row["id"], row["since"]))
        return [Word(text, tuple(carriers)) for text, carriers in held.items()]

    @cached_property
    def redraws(self) -> Mapping[int, set[int]]:
        """The communities of each redraw."""
        found: dict[int, set[int]] = {}
        for row in ask("SELECT redraw_id, division_id FROM grids_redraw_communities"):
            found.setdefault(row["redraw_id"], set()).add(row["division_id"])
        return found

    @cached_property
    def reviews(self) -> Mapping[int, int | None]:
        """The community of each row in doubt."""
        return {row["id"]: row["community_id"] for row in ask("SELECT id, community_id FROM buildings_reviewitem")}

    @cached_property
    def posts(self) -> Mapping[int, int]:
        """The community of each post."""
        rows = ask("SELECT p.id, g.community_id FROM grids_post p JOIN grids_grid g ON g.id = p.grid_id")
        return {row["id"]: row["community_id"] for row in rows}

    @cached_property
    def officers(self) -> Mapping[int, set[int]]:
        """The division of each officer, and the communities with posts of his."""
        found: dict[int, set[int]] = {}
        for row in ask(
            "SELECT id, division_id FROM grids_officer UNION SELECT p.officer_id, g.community_id"
            " FROM grids_post p JOIN grids_grid g ON g.id = p.grid_id"
        ):
            found.setdefault(row["id"], set()).add(row["division_id"])
        return found

    @cached_property
    def homes(self) -> Mapping[int, int]:
        """The division of each officer."""
        return {row["id"]: row["division_id"] for row in ask("SELECT id, division_id FROM grids_officer")}

    @cached_property
    def events(self) -> Mapping[int, set[int | None]]:
        """The buildings of each event."""
        found: dict[int, set[int | None]] = {}
        for row in ask("SELECT event_id, building_id FROM buildings_eventeffect"):
            found.setdefault(row["event_id"], set()).add(row["building_id"])
        return found

    @cached_property
    def lives(self) -> Mapping[str, Mapping[int, int | None]]:
        """By kind the community now of all that ever was, by id: what has ended is where it was last."""
        ended = {
            "buildings": "SELECT id, community_id AS community FROM buildings_building",
            "entrances": "SELECT e.id, b.community_id AS community FROM buildings_entrance e"
            " JOIN buildings_building b ON b.id = e.building_id",
            "units": "SELECT u.id, b.community_id AS community FROM buildings_unit u"
            " JOIN buildings_building b ON b.id = u.building_id",
            "grids": "SELECT id, community_id AS community FROM grids_grid",
            "legal_persons": "SELECT p.id, coalesce(b.community_id, grids_community_at(p.location, now())) AS community"
            " FROM buildings_legalperson p LEFT JOIN buildings_building b ON b.id = p.building_id",
        }
        return {kind: {row["id"]: row["community"] for row in ask(text)} for kind, text in ended.items()}


class Reader:
    """What one user may be told."""

    def __init__(self, truth: Truth, user: Any) -> None:
        self.truth, self.user = truth, user

    def areas(self, roles: Iterable[str]) -> set[int] | None:
        """Return the divisions in which the user has one of the roles; None means everywhere."""
        if self.user.is_superuser:
            return None
        found = {row["id"] for row in ask(AREAS, user=self.user.pk, roles=list(roles))}
        return None if None in found else found

    @cached_property
    def read(self) -> set[int] | None:
        """Where the user reads."""
        return self.areas(READ)

    @cached_property
    def personal(self) -> set[int] | None:
        """Where the user reads personal data."""
        return self.areas(READ_PERSONAL)

    @cached_property
    def edited(self) -> set[int] | None:
        """Where the user edits registers."""
        return self.areas(EDIT)

    @cached_property
    def exports(self) -> bool:
        """Whether the user may export wherever he reads."""
        exported = self.areas(EXPORT)
        return exported is None or (self.read is not None and bool(self.read) and self.read <= exported)

    @cached_property
    def nobody(self) -> bool:
        """Whether the user has no role at all."""
        return self.read == set()

    @cached_property
    def _oriented(self) -> set[int] | None:
        return None if self.read is None else {row["id"] for row in ask(ABOVE, ids=sorted(self.read))}

    def sees(self, kind: str, row: Mapping[str, Any]) -> bool:
        """Say whether the user may be told of a row of this kind."""
        areas = self._oriented if kind == "divisions" else self.read
        return areas is None or row["community"] in areas

    def rows(self, kind: str, at: datetime) -> Rows:
        """Return what the user may see of a kind at a moment."""
        return {pk: row for pk, row in self.truth.rows(kind, at).items() if self.sees(kind, row)}

    def masked(self, row: Mapping[str, Any]) -> bool:
        """Say whether the personal data of a row are masked."""
        return self.personal is not None and row["community"] not in self.personal

    def lives(self, kind: str) -> set[int]:
        """Return the ids of all that the user may see now, ended or not."""
        held = self.truth.lives[kind]
        return {pk for pk, community in held.items() if self.read is None or community in self.read}

    @cached_property
    def redraws(self) -> set[int]:
        """The redraws all of whose communities the user may see."""
        return {pk for pk, held in self.truth.redraws.items() if self.read is None or held <= self.read}

    @cached_property
    def reviews(self) -> set[int]:
        """The rows in doubt that the user may decide."""
        edited = self.edited
        return {pk for pk, community in self.truth.reviews.items() if edited is None or community in edited}

    @cached_property
    def posts(self) -> set[int]:
        """The posts on grids that the user may see."""
        return {pk for pk, community in self.truth.posts.items() if self.read is None or community in self.read}

    @cached_property
    def officers(self) -> set[int]:
        """The officers of the user's divisions, and those who serve there."""
        return {pk for pk, held in self.truth.officers.items() if self.read is None or held & self.read}

    @cached_property
    def _clear_phones(self) -> set[int]:
        personal = self.personal
        return {pk for pk in self.officers if personal is None or self.truth.homes[pk] in personal}

    @cached_property
    def events(self) -> set[int]:
        """The events of which the user sees a building."""
        seen = self.lives("buildings")
        return {pk for pk, held in self.truth.events.items() if held & seen}

    @cached_property
    def whole_events(self) -> set[int]:
        """The events of which the user sees every building: only their reasons are told whole."""
        seen = self.lives("buildings")
        return {pk for pk, held in self.truth.events.items() if self.read is None or held <= seen}

    @cached_property
    def jobs(self) -> set[int]:
        """The user's own jobs."""
        return {row["id"] for row in ask("SELECT id FROM jobs_job WHERE author_id = %(user)s", user=self.user.pk)}

    def secrets(self, at: datetime, *, now: bool) -> list[str]:
        """Return the words that no answer about ``at`` may hold; ``now``: lives that have ended are told too."""
        visible: dict[str, set[int]] = {kind: set(self.rows(kind, at)) for kind in KINDS}
        if now:
            visible = {
                kind: ids | (self.lives(kind) if kind in self.truth.lives else set()) for kind, ids in visible.items()
            }
        visible["households"] = {pk for pk, row in self.rows("households", at).items() if not self.masked(row)}
        visible |= {
            "redraws": self.redraws,
            "events": self.whole_events,
            "reviews": self._clear_reviews,
            "jobs": self.jobs,
            "officers": self.officers,
            "phones": self._clear_phones,
        }
        return [
            word.text
            for word in self.truth.words
            if not any(pk in visible[kind] and (now or since <= at) for kind, pk, since in word.carriers)
        ]

    @cached_property
    def _clear_reviews(self) -> set[int]:
        personal = self.personal
        return {pk for pk in self.reviews if personal is None or self.truth.reviews[pk] in personal}
