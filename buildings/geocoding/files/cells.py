"""What a batch appends to a row: the members of an answer by name, as values for JSON or as text for CSV."""

from collections.abc import Callable, Container, Iterable, Sequence
from itertools import count
from typing import Any, Final

from buildings.geocoding.batch import Outcome
from buildings.geocoding.reverse_many import ReverseResult
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

# Members of a result; the columns of a CSV that aren't called so are called result_….
SEARCH: Final = (
    "status", "confidence", "level", "target", "id", "code", "label", "grid", "latitude", "longitude", "location_from",
    "until",
)  # fmt: skip
# Of one address of several that a row says: what it is among them, and how it was said.
OF_EACH: Final = (*SEARCH, "role", "said")
REVERSE: Final = ("status", "target", "id", "code", "label", "distance_m", "grid", "division")
Values = tuple[Any, ...]
_NO_ANSWER: Final = (None,) * (len(SEARCH) - 1)
_FORMATS: Final = {"confidence": "%.4f", "latitude": "%.7f", "longitude": "%.7f", "distance_m": "%.3f"}
_PLAIN: Final = frozenset({"latitude", "longitude"})
# What a file calls its address and its coordinates when the request does not say.
ADDRESS_NAMES: Final = ("address", "地址", "q", "addr", "详细地址")
LAT_NAMES: Final = ("lat", "latitude", "纬度")
LON_NAMES: Final = ("lon", "lng", "longitude", "经度")
Place = tuple[float, float] | None


def column(member: str) -> str:
    """Return the name of a member's CSV column."""
    return member if member in _PLAIN else f"result_{member}"


def columns(members: Sequence[str], taken: Sequence[str], headings: Sequence[str] = ()) -> list[str]:
    """Return the names of the members' CSV columns, none of which is taken: result_grid, result_grid_2.

    ``headings`` are what they are to be called instead.
    """
    names = list(taken)
    for heading in headings:
        names.append(free_name(heading, names))
    if headings:
        return names[len(taken) :]
    for member in members:
        first = column(member)
        names.append(free_name(first if first not in names else f"result_{member}", names))
    return names[len(taken) :]


def free_name(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken: the name itself, or with the first number from 2 on that makes it new."""
    numbered = (f"{name}_{number}" for number in count(2))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def wanted_members(known: Sequence[str], asked: Iterable[str]) -> tuple[str, ...]:
    """Return the members to append: those asked for (``grid`` or ``result_grid``), else all. Raises Invalid."""
    chosen = tuple(dict.fromkeys(name.strip().removeprefix("result_") for name in asked if name.strip()))
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise Invalid(
            "no_such_result",
            Sentence(
                "No result is called {unknown!r}; there are: {known}.", unknown=unknown[0], known=", ".join(known)
            ),
        )
    return chosen or tuple(known)


def of_outcome(outcome: Outcome) -> Values:
    """Return the members (`OF_EACH`) of an address's outcome; None where nothing was found, or it is the only one."""
    status, answer, role, said = outcome
    if answer is None:
        return status, *_NO_ANSWER, role or None, said or None
    return (
        status,
        answer.confidence,
        answer.level,
        answer.target,
        answer.id,
        answer.code,
        answer.label,
        answer.grid,
        round(answer.lat, 7),
        round(answer.lon, 7),
        answer.point,
        answer.until.isoformat() if answer.until else None,
        role or None,
        said or None,
    )


def of_reverse_result(one: ReverseResult) -> Values:
    """Return the members (`REVERSE`) of what stands at a place."""
    return (
        one.status,
        one.target or None,
        one.id,
        one.code or None,
        one.label or None,
        one.distance_m,
        one.grid or None,
        one.division or None,
    )


def chosen(known: Sequence[str], members: Sequence[str]) -> Callable[[Values], Values]:
    """Return what takes the ``members`` out of the values of all ``known`` ones."""
    places = [known.index(member) for member in members]
    return lambda values: tuple([values[n] for n in places])


def chosen_cells(known: Sequence[str], members: Sequence[str]) -> Callable[[Values], list[Any]]:
    """Return what makes the ``members`` cells of a CSV row, whose writer knows None, texts and whole numbers."""
    wanted = [(known.index(member), _FORMATS.get(member)) for member in members]
    return lambda values: [form % values[n] if form and values[n] is not None else values[n] for n, form in wanted]


def place(lon: Any, lat: Any) -> Place:
    """Return a place from two numbers or their texts; None when they aren't."""
    try:
        return float(lon), float(lat)
    except (TypeError, ValueError, OverflowError):
        return None
