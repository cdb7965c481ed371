"""Named questions about legal persons."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from buildings.addresses.text.pinyin import spelled
from buildings.current import code_of
from buildings.legal_persons.words import folded
from buildings.lifecycle import history
from buildings.models import BuildingAssignment, EventEffect, LegalPerson, LegalPersonAsOf, Role, Target
from buildings.succession import CURRENT
from gisserver.common.access.models import Viewer
from gisserver.common.db.projections import as_lonlat
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence
from grids.selectors import division_by_code, grid_by_code

# A single sign is a part of too many names.
LEAST_PART = 2


def legal_persons_at(user: Viewer, at: datetime | None) -> QuerySet[Any]:
    """Return the visible legal persons as they are, or as they were at ``at``."""
    manager: Any = LegalPerson.objects if at is None else LegalPersonAsOf.objects
    rows: QuerySet[Any] = manager.visible_to(user, at).at(at)
    return rows


def legal_persons_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Any]:
    """Return the visible legal persons at ``at`` by id, with ``geometry`` and the codes of their places."""
    rows: QuerySet[Any] = (
        legal_persons_at(user, at)
        .annotate(
            geometry=as_lonlat("location"),
            building_code=code_of("building", "building_id", at),
            unit_code=code_of("unit", "unit_id", at),
        )
        .defer("location", "location_3857", "sounds")
        .order_by("id")
    )
    return rows


def named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return those of ``rows`` in whose name, its pinyin or initials the text stands.

    Where it stands in none, they are those that sound so (伍 for 五), else those that sound alike. Raises Invalid
    ``bad_q`` for fewer than `LEAST_PART` signs.
    """
    part = folded(text)
    if not LEAST_PART <= len(part) <= 200:
        raise Invalid("bad_q", Sentence("q must be a part of a name, of {least} signs at least.", least=LEAST_PART))
    sound, _ = spelled(part)
    for found in (rows.filter(sounds__contains=part), rows.filter(sounds__contains=sound)):
        if found.exists():
            return found
    return rows.filter(sounds__trigram_word_similar=sound)


def in_community(rows: Any, *, user: Viewer, community: str, at: datetime | None = None) -> QuerySet[Any]:
    """Return those of ``rows`` that were in the community of this code at ``at``; raises NotFound."""
    division = division_by_code(user=user, code=community, at=at).division_id
    found: QuerySet[Any] = rows.within(RawSQL("ARRAY[%s]::bigint[]", [division]), at)
    return found


def in_grid(rows: QuerySet[Any], *, user: Viewer, grid: str, at: datetime | None = None) -> QuerySet[Any]:
    """Return those of ``rows`` whose building the grid of this code was responsible for at ``at``, or whose bare place.

    Raises NotFound.
    """
    version = grid_by_code(user=user, code=grid, at=at)
    houses = BuildingAssignment.objects.at(at).filter(grid_id=version.grid_id).values("building_id")
    return rows.filter(Q(building_id__in=houses) | Q(building=None, location__coveredby=version.geom))


def legal_person(*, user: Viewer, legal_person_id: int, at: datetime | None = None) -> Any:
    """Return one legal person as of `legal_persons_to_show`; raises NotFound."""
    row = legal_persons_to_show(user, at).filter(pk=legal_person_id).first()
    if row is None:
        raise _unknown(legal_person_id)
    return row


def touched_by(event_id: int, *, user: Viewer) -> QuerySet[Any]:
    """Return the first 50 visible legal persons that an event touched, as they are now, as `legal_persons_to_show`."""
    touched = EventEffect.objects.filter(event_id=event_id, target=Target.LEGAL_PERSON).values("target_id")
    return legal_persons_to_show(user).filter(pk__in=touched)[:50]


def history_of(*, user: Viewer, legal_person_id: int) -> dict[str, Any]:
    """Return a legal person's status, successors that the user may see, states and events, oldest first.

    A state is told to whoever may see its place now. Raises NotFound for one that the user may not see now.
    """
    row = LegalPerson.objects.visible_to(user).filter(pk=legal_person_id).first()
    if row is None:
        raise _unknown(legal_person_id)
    states = LegalPersonAsOf.objects.visible_to(user).filter(pk=legal_person_id)
    events = history.events_of(Target.LEGAL_PERSON, legal_person_id)
    ended = row.valid.upper
    return {
        "id": row.pk,
        "credit_code": row.credit_code,
        "status": CURRENT if ended is None else "ended",
        "ended_at": ended,
        "successors": [] if ended is None else _successors(user, legal_person_id),
        "states": list(states.annotate(geometry=as_lonlat("location")).order_by("shown")),
        "events": history.described(user, events, only=(Target.LEGAL_PERSON, legal_person_id)),
    }


def _successors(user: Viewer, legal_person_id: int) -> list[int]:
    mine = EventEffect.objects.filter(target=Target.LEGAL_PERSON, target_id=legal_person_id, role=Role.ENDED)
    last = mine.order_by("-event_id").first()
    told = (last.before or {}).get("successors", []) if last else []
    return sorted(LegalPerson.objects.visible_to(user).filter(pk__in=told).values_list("pk", flat=True))


def _unknown(legal_person_id: int) -> NotFound:
    sentence = Sentence(
        "No legal person {legal_person_id} is known to you at that time.", legal_person_id=legal_person_id
    )
    return NotFound("no_such_legal_person", sentence)
