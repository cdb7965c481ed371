"""Which column of a file holds which field of the domain: given by ``field=column``, else by common names."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gisserver.common.codes import CodeKind
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Field:
    """A field that an importer takes, and the column names it is known by, best first, in any case.

    ``code`` says that it holds codes, and of what: they are no numbers.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    code: CodeKind | None = None


POSITION_FIELDS = (
    Field("lon", ("lng", "long", "longitude", "x", "east", "easting", "经度", "x坐标")),
    Field("lat", ("latitude", "y", "north", "northing", "纬度", "y坐标")),
    Field("wkt", ("geom_wkt", "geometry", "geom", "the_geom", "shape_wkt")),
)
_POSITION_NAMES = frozenset(field.name for field in POSITION_FIELDS)
# What forms add to the name of a column: 户主姓名（必填）*, 面积(㎡).
_REMARK = re.compile(r"\([^()]*\)|[\s*]")


def plain(name: str) -> str:
    """Return a column's name as names are compared: usual widths, lower case, no spaces, stars or remarks in brackets.

    What is nothing else is itself.
    """
    usual = unicodedata.normalize("NFKC", name).casefold()
    return _REMARK.sub("", usual) or usual.strip()


def known_names(fields: Iterable[Field]) -> frozenset[str]:
    """Return all names that columns of these fields are known by, as `plain` writes them."""
    return frozenset(plain(alias) for field in fields for alias in (field.name, *field.aliases))


def parse_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """Return ``field=column`` arguments as a mapping; Invalid ``bad_mapping`` for any other form."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        field = field.strip()
        if not (equals and field and column.strip()):
            raise Invalid("bad_mapping", Sentence("--map takes field=column, not {pair!r}.", pair=pair))
        if field in mapping:
            raise Invalid("bad_mapping", Sentence("The field {field!r} is mapped twice.", field=field))
        mapping[field] = column.strip()
    return mapping


def resolve(
    columns: Sequence[str], *, wanted: Sequence[Field], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return for each of the ``wanted`` fields that the file has the name of its column.

    ``given`` (field to column) wins over the common names. Raises Invalid: ``unknown_field`` when ``given``
    names a field that is not wanted, ``missing_column`` when a column named, or one required, is not there.
    """
    given = given or {}
    known = {field.name for field in wanted}
    for name in given:
        if name not in known | _POSITION_NAMES:
            raise Invalid(
                "unknown_field",
                Sentence(
                    "There is no field {name!r} here: fields are {known}.", name=name, known=_listed(sorted(known))
                ),
            )
    found: dict[str, str] = {}
    for field in wanted:
        column = _given(columns, given, field) or _by_name(columns, field)
        if column is not None:
            found[field.name] = column
        elif field.required:
            raise Invalid(
                "missing_column",
                Sentence(
                    "No column for {name!r}: name it with --map {name}=COLUMN. The file's columns are {columns}.",
                    name=field.name,
                    columns=_listed(columns),
                ),
                field=field.name,
            )
    return found


def _given(columns: Sequence[str], given: Mapping[str, str], field: Field) -> str | None:
    column = given.get(field.name)
    if column is None or column in columns:
        return column
    alike = [name for name in columns if name.casefold() == column.casefold()]
    if len(alike) == 1:
        return alike[0]
    raise Invalid(
        "missing_column",
        Sentence(
            "--map {name}={column}: the file has no such column. Its columns are {columns}.",
            name=field.name,
            column=column,
            columns=_listed(columns),
        ),
        field=field.name,
    )


def _by_name(columns: Sequence[str], field: Field) -> str | None:
    """Return the column called by the best of a field's names as it is, else but for what forms add to names."""
    folded = {name.casefold(): name for name in reversed(columns)}
    times = Counter(map(plain, columns))
    bare = {plain(name): name for name in columns if times[plain(name)] == 1}
    aliases = (field.name, *field.aliases)
    exact = (folded[alias.casefold()] for alias in aliases if alias.casefold() in folded)
    return next(exact, None) or next((bare[plain(alias)] for alias in aliases if plain(alias) in bare), None)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:40])
    return shown + (", …" if len(names) > 40 else "") if names else "none"
