"""The taxonomy that a file brings along: types, each below its main type, made when they are new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gisserver.common.db.validity import since
from incidents.models import IncidentType

# As wide as the column that keeps it.
MAX_CODE = 60


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type as a row says it; ``main_code`` is empty for a type at the top."""

    code: str
    name: str
    main_code: str = ""
    main_name: str = ""


def ensure_types(types: Sequence[NamedType], *, source: str, moment: datetime) -> dict[str, int]:
    """Return the id of every type by its code; types that are new are made, known ones are left as they are.

    Where a file names a type in several ways, the first row counts.
    """
    wanted: dict[str, NamedType] = {}
    for one in types:
        wanted.setdefault(one.code, one)
    mains = {one.main_code: NamedType(one.main_code, one.main_name) for one in types if one.main_code}
    ids = _ensure(list(mains.values()), {}, source=source, moment=moment)
    return ids | _ensure(list(wanted.values()), ids, source=source, moment=moment)


def _ensure(wanted: Sequence[NamedType], parents: dict[str, int], *, source: str, moment: datetime) -> dict[str, int]:
    codes = [one.code for one in wanted]
    # Of several that have had a code in turn, the latest.
    ids = dict(IncidentType.objects.filter(code__in=codes).order_by("valid").values_list("code", "id"))
    created = IncidentType.objects.bulk_create(
        [
            IncidentType(
                code=one.code,
                name=one.name or one.code,
                parent_id=parents.get(one.main_code),
                valid=since(moment),
                source=source,
            )
            for one in wanted
            if one.code not in ids
        ]
    )
    return ids | {created_type.code: created_type.pk for created_type in created}
