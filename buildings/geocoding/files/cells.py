"""What a batch appends to a row: the members of an answer by name, as values for JSON or as text for CSV."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from buildings.geocoding.batch import Outcome
from buildings.geocoding.reverse_many import Standing
from gisserver.common.errors import Invalid

# Members of a result; the columns of a CSV that aren't called so are called result_….
SEARCH: Final = (
    "status", "confidence", "level", "target", "id", "code", "label", "grid", "latitude", "longitude",
)  # fmt: skip
REVERSE: Final = ("status", "target", "id", "code", "label", "distance_m", "grid", "division")
_PLAIN: Final = frozenset({"latitude", "longitude"})
# What a file calls its address and its coordinates when the request does not say.
ADDRESS_NAMES: Final = ("address", "地址", "q", "addr", "详细地址")
LAT_NAMES: Final = ("lat", "latitude", "纬度")
LON_NAMES: Final = ("lon", "lng", "longitude", "经度")
Place = tuple[float, float] | None


def column(member: str) -> str:
    """Return the name of a member's CSV column."""
    return member if member in _PLAIN else f"result_{member}"


def wanted_members(known: Sequence[str], asked: Iterable[str]) -> tuple[str, ...]:
    """Return the members to append: those asked for (``grid`` or ``result_grid``), else all. Raises Invalid."""
    chosen = tuple(dict.fromkeys(name.strip().removeprefix("result_") for name in asked if name.strip()))
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise Invalid("no_such_result", f"No result is called {unknown[0]!r}; there are: {', '.join(known)}.")
    return chosen or tuple(known)


def of_outcome(outcome: Outcome) -> Mapping[str, Any]:
    """Return the members of an address's outcome; only its status where nothing was found."""
    answer = outcome.answer
    if answer is None:
        return {"status": outcome.status.value}
    return {
        "status": outcome.status.value,
        "confidence": answer.confidence,
        "level": answer.level.value,
        "target": answer.target,
        "id": answer.id,
        "code": answer.code,
        "label": answer.label,
        "grid": answer.grid,
        "latitude": round(answer.lat, 7),
        "longitude": round(answer.lon, 7),
    }


def of_standing(standing: Standing) -> Mapping[str, Any]:
    """Return the members of what stands at a place."""
    return {
        "status": str(standing.status),
        "target": standing.target or None,
        "id": standing.id,
        "code": standing.code or None,
        "label": standing.label or None,
        "distance_m": standing.distance_m,
        "grid": standing.grid or None,
        "division": standing.division or None,
    }


_FORMATS: Final = {"confidence": "{:.4f}", "latitude": "{:.7f}", "longitude": "{:.7f}", "distance_m": "{:.3f}"}


def as_text(said: Mapping[str, Any], members: Sequence[str]) -> list[str]:
    """Return the members as the cells of a CSV row."""
    return [_text(member, said.get(member)) for member in members]


def _text(member: str, value: Any) -> str:
    if value is None:
        return ""
    form = _FORMATS.get(member)
    return form.format(value) if form else str(value)


def place(lon: Any, lat: Any) -> Place:
    """Return a place from two numbers or their texts; None when they aren't."""
    try:
        return float(lon), float(lat)
    except (TypeError, ValueError, OverflowError):
        return None
