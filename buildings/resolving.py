"""What a code or an address text means, and meant: every target that has or ever had it, and what became of that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from buildings.geocoding.normalize import normalize
from buildings.lifecycle.succession import fates
from buildings.models import Address, Building, BuildingCode, Entrance, Unit, UnitCode
from gisserver.common.access.models import Viewer
from grids.models import DivisionVersion, GridVersion

Meaning = dict[str, Any]
MAX_MEANINGS = 1000
_CURRENT: Mapping[str, Any] = {"status": "current", "ended_at": None, "successors": []}


def resolve_code(*, user: Viewer, code: str, at: datetime | None = None) -> list[Meaning]:
    """Return what a code, old or new, means: every visible target that has, or ever had, it (law 5).

    With ``at`` only what it meant at that moment. Each says what became of the target: its ``status``
    (current, demolished, split, merged, withdrawn), since when, and its successors with their codes now.
    """
    found = [meaning for find in (_division_of, _grid_of, _building_of, _unit_of) for meaning in find(user, code)]
    return with_fates(found if at is None else [one for one in found if at in one["valid"]])


def resolve_address(*, user: Viewer, text: str, at: datetime | None = None) -> list[Meaning]:
    """Return every visible target of which ``text`` is, or ever was, an address or the name; as `resolve_code`."""
    rows = Address.objects.filter(normalized=normalize(text)[:300], division__isnull=True)
    rows = rows if at is None else rows.at(at)
    found = [
        {"target": target, "id": getattr(row, f"{target}_id"), "valid": row.valid, "text": row.text, "kind": row.kind}
        for target, visible in (
            ("building", Building.objects.visible_to(user)),
            ("entrance", Entrance.objects.visible_to(user)),
            ("unit", Unit.objects.visible_to(user)),
        )
        for row in rows.filter(**{f"{target}_id__in": visible.values("pk")}).order_by("valid", "pk")[:MAX_MEANINGS]
    ]
    codes = _codes_now(found)
    return with_fates([{**one, "current_code": codes.get((one["target"], one["id"]))} for one in found])


def with_fates(found: Sequence[Meaning]) -> list[Meaning]:
    """Return the meanings, each with what became of its target."""
    told: dict[tuple[str, int], Mapping[str, Any]] = {}
    for target, model in (("building", Building), ("entrance", Entrance), ("unit", Unit)):
        ids = {one["id"] for one in found if one["target"] == target}
        ended = {
            row.pk: row.valid.upper
            for row in model._default_manager.filter(pk__in=ids).only("pk", "valid")
            if row.valid.upper is not None
        }
        fate = fates(target, ended) if ended else {}
        heirs = [{"target": target, "id": heir} for one in fate.values() for heir in one["successors"]]
        codes = _codes_now(heirs)
        for pk, moment in ended.items():
            one = fate.get(pk, {"status": "ended", "successors": []})
            told[target, pk] = {
                "status": one["status"],
                "ended_at": moment,
                "successors": [
                    {"target": target, "id": heir, "code": codes.get((target, heir))} for heir in one["successors"]
                ],
            }
    return [{**one, **told.get((one["target"], one["id"]), _CURRENT)} for one in found]


def _codes_now(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """Return the code now of each building and unit among ``rows``, the one issued first of several."""
    answer: dict[tuple[str, int], str] = {}
    for target, codes in (("building", BuildingCode.objects.at()), ("unit", UnitCode.objects.at())):
        held: QuerySet[Any] = codes
        ids = [row["id"] for row in rows if row["target"] == target]
        for pk, code in held.filter(**{f"{target}_id__in": ids}).order_by("-pk").values_list(f"{target}_id", "code"):
            answer[target, pk] = code
    return answer


def _meanings(target: str, held: QuerySet[Any], visible: QuerySet[Any], key: str) -> list[Meaning]:
    """Return for each row that held the code: the target, when it held it, and its code now."""
    answers = []
    for row in held.filter(**{f"{key}__in": visible.values(key)}).order_by("valid"):
        identity = getattr(row, key)
        now = type(row)._default_manager.at().filter(**{key: identity}).values_list("code", flat=True).first()
        answers.append({"target": target, "id": identity, "valid": row.valid, "current_code": now})
    return answers


def _division_of(user: Viewer, code: str) -> list[Meaning]:
    visible = DivisionVersion.objects.visible_to(user)
    return _meanings("division", DivisionVersion.objects.filter(code=code), visible, "division_id")


def _grid_of(user: Viewer, code: str) -> list[Meaning]:
    visible = GridVersion.objects.visible_to(user)
    return _meanings("grid", GridVersion.objects.filter(code=code), visible, "grid_id")


def _building_of(user: Viewer, code: str) -> list[Meaning]:
    visible = BuildingCode.objects.filter(building_id__in=Building.objects.visible_to(user).values("pk"))
    return _meanings("building", BuildingCode.objects.filter(code=code), visible, "building_id")


def _unit_of(user: Viewer, code: str) -> list[Meaning]:
    visible = UnitCode.objects.filter(unit_id__in=Unit.objects.visible_to(user).values("pk"))
    return _meanings("unit", UnitCode.objects.filter(code=code), visible, "unit_id")
