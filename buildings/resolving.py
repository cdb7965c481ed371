"""What a code or an address text means, and meant: every target that has or ever had it, and what became of that."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, assert_never, get_args

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model, QuerySet
from psycopg.types.range import Range

from buildings.addresses.text.normalize import normalize
from buildings.models import (
    Address,
    Building,
    BuildingAsOf,
    BuildingCode,
    Entrance,
    EntranceAsOf,
    PlacedQuerySet,
    Unit,
    UnitAsOf,
    UnitCode,
)
from buildings.succession import fates
from gisserver.common.access.models import Viewer
from gisserver.common.db.validity import DatedQuerySet
from grids.models import DivisionVersion, GridVersion
from grids.succession import Fate, division_fate, grid_fate

Meaning = dict[str, Any]
Validity = Range[datetime]
Target = Literal["division", "grid", "building", "entrance", "unit"]
TARGETS: tuple[Target, ...] = get_args(Target)
MAX_MEANINGS = 1000
CURRENT = "current"
_CURRENT: Mapping[str, Any] = {"status": CURRENT, "ended_at": None, "successors": []}
# Of what stood in the reader's areas then and stands in another's now.
_GONE: Mapping[str, Any] = {"status": "moved", "ended_at": None, "successors": [], "current_code": None}


def resolve_code(*, user: Viewer, code: str, at: datetime | None = None) -> list[Meaning]:
    """Return what a code, old or new, means: every visible target that has, or ever had, it (law 5).

    With ``at`` only what it meant at that moment, of what the user may see as of then (ADR 15). Each says what became
    of the target: its ``status`` (current, planned, demolished, split, merged, moved, withdrawn, ended), since when,
    and its successors that the user may see, with their codes now; of one that the user no longer sees, only that it
    has ``moved``.
    """
    found = [meaning for find in (_division_of, _grid_of, _building_of, _unit_of) for meaning in find(user, code, at)]
    return with_fates(user, found if at is None else [one for one in found if at in one["valid"]])


def resolve_address(*, user: Viewer, text: str, at: datetime | None = None) -> list[Meaning]:
    """Return every visible target of which ``text`` is, or ever was, an address or the name; as `resolve_code`."""
    rows: DatedQuerySet[Address] = Address.objects.filter(normalized=normalize(text)[:300], division__isnull=True)
    rows = rows if at is None else rows.at(at)
    found = [
        {"target": target, "id": getattr(row, f"{target}_id"), "valid": row.valid, "text": row.text, "kind": row.kind}
        for target, visible in (
            ("building", _visible(Building, BuildingAsOf, user, at)),
            ("entrance", _visible(Entrance, EntranceAsOf, user, at)),
            ("unit", _visible(Unit, UnitAsOf, user, at)),
        )
        for row in rows.filter(**{f"{target}_id__in": visible.values("pk")}).order_by("valid", "pk")[:MAX_MEANINGS]
    ]
    codes = _codes_now(found)
    return with_fates(user, [{**one, "current_code": codes.get((one["target"], one["id"]))} for one in found])


def _visible(now: type[Model], then: type[Model], user: Viewer, at: datetime | None) -> QuerySet[Any]:
    """Return what the user may see: ever, by whose it is now, or at a moment, by whose it was then."""
    manager: Any = (now if at is None else then)._default_manager
    seen: PlacedQuerySet[Any] = manager.visible_to(user, at)
    return seen if at is None else seen.at(at)


def with_fates(user: Viewer, found: Sequence[Meaning]) -> list[Meaning]:
    """Return the meanings, each with what became of its target."""
    outcomes = {
        (target, pk): fate
        for target in TARGETS
        for pk, fate in _fates(user, target, {one["id"] for one in found if one["target"] == target}).items()
    }
    return [{**one, **outcomes.get((one["target"], one["id"]), _GONE)} for one in found]


def _fates(user: Viewer, target: Target, ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return by id the ``status``, ``ended_at`` and ``successors`` of targets of one kind.

    A kind without a case of its own is an error of the type checker.
    """
    match target:
        case "division":
            return {pk: _of_area(target, division_fate(user=user, division_id=pk)) for pk in ids}
        case "grid":
            return {pk: _of_area(target, grid_fate(user=user, grid_id=pk)) for pk in ids}
        case "building":
            return _of_dated(target, ids, Building.objects.visible_to(user))
        case "entrance":
            return _of_dated(target, ids, Entrance.objects.visible_to(user))
        case "unit":
            return _of_dated(target, ids, Unit.objects.visible_to(user))
        case _:
            assert_never(target)


def _of_area(target: Target, fate: Fate) -> Mapping[str, Any]:
    successors = [{"target": target, "id": pk, "code": code} for pk, code in fate.successors]
    return {"status": fate.status.value, "ended_at": fate.ended_at, "successors": successors}


def _of_dated(target: Target, ids: Collection[int], visible: QuerySet[Any]) -> Mapping[int, Mapping[str, Any]]:
    """Return what became of the visible ones of buildings, entrances or units: read off the event that ended them."""
    ends = {row.pk: row.valid.upper for row in visible.filter(pk__in=ids).only("pk", "valid")}
    ended = {pk: moment for pk, moment in ends.items() if moment is not None}
    ended_by = fates(target, ended) if ended else {}
    heirs = {pk: ended_by[pk]["successors"] if pk in ended_by else [] for pk in ended}
    seen = set(visible.filter(pk__in={heir for each in heirs.values() for heir in each}).values_list("pk", flat=True))
    codes = _codes_now([{"target": target, "id": heir} for heir in seen])
    answer: dict[int, Mapping[str, Any]] = dict.fromkeys(ends, _CURRENT)
    for pk, moment in ended.items():
        successors = [
            {"target": target, "id": heir, "code": codes.get((target, heir))} for heir in heirs[pk] if heir in seen
        ]
        answer[pk] = {
            "status": ended_by[pk]["status"] if pk in ended_by else "ended",
            "ended_at": moment,
            "successors": successors,
        }
    return answer


def _codes_now(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """Return the code now of each building and unit among ``rows``, the one issued first of several."""
    answer: dict[tuple[str, int], str] = {}
    for target, codes in (("building", BuildingCode.objects.at()), ("unit", UnitCode.objects.at())):
        held: QuerySet[Any] = codes
        ids = [row["id"] for row in rows if row["target"] == target]
        for pk, code in held.filter(**{f"{target}_id__in": ids}).order_by("-pk").values_list(f"{target}_id", "code"):
            answer[target, pk] = code
    return answer


def _meanings(target: Target, held: QuerySet[Any], visible: QuerySet[Any], key: str) -> list[Meaning]:
    """Return for each time that a target held the code: the target, when it held it, and its code now.

    Versions of a target that follow each other without a break are one such time. One that was called off before it
    began never held the code, but the code means it for ever.
    """
    answers: list[Meaning] = []
    for row in held.filter(**{f"{key}__in": visible.values(key)}).order_by(key, "valid"):
        identity, before = getattr(row, key), answers[-1] if answers else None
        if before is not None and before["id"] == identity and (joined := _joined(before["valid"], row.valid)):
            before["valid"] = joined
            continue
        now = type(row)._default_manager.at().filter(**{key: identity}).values_list("code", flat=True).first()
        answers.append({"target": target, "id": identity, "valid": row.valid, "current_code": now})
    return answers


def _joined(before: Validity, after: Validity) -> Validity | None:
    """Return two validities of one row as one, None where there is a break between them; an empty one comes first."""
    if before.isempty:
        return after
    return DateTimeTZRange(before.lower, after.upper, "[)") if before.upper == after.lower else None


def _division_of(user: Viewer, code: str, at: datetime | None) -> list[Meaning]:
    visible = DivisionVersion.objects.visible_to(user)
    return _meanings("division", DivisionVersion.objects.filter(code=code), visible, "division_id")


def _grid_of(user: Viewer, code: str, at: datetime | None) -> list[Meaning]:
    visible = GridVersion.objects.visible_to(user)
    return _meanings("grid", GridVersion.objects.filter(code=code), visible, "grid_id")


def _building_of(user: Viewer, code: str, at: datetime | None) -> list[Meaning]:
    seen = _visible(Building, BuildingAsOf, user, at)
    visible = BuildingCode.objects.filter(building_id__in=seen.values("pk"))
    return _meanings("building", BuildingCode.objects.filter(code=code), visible, "building_id")


def _unit_of(user: Viewer, code: str, at: datetime | None) -> list[Meaning]:
    visible = UnitCode.objects.filter(unit_id__in=_visible(Unit, UnitAsOf, user, at).values("pk"))
    return _meanings("unit", UnitCode.objects.filter(code=code), visible, "unit_id")
