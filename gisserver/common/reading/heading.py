"""Where a sheet's table begins and ends: titles above the header, a header of two lines, totals below. Pure.

坪山街道房屋登记表  (title)          ->  names 序号, 房屋编码, 姓名, 人数, 儿童; data from the fourth row on
序号 | 房屋   | 户主 | 人口 |
     | 房屋编码 | 姓名 | 人数 | 儿童
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gisserver.common.errors import Invalid
from gisserver.common.reading.fields import plain
from gisserver.common.sentences import Sentence

Row = Sequence[str]
# A header stands in the first rows, or is told.
LOOKED_AT = 30
# A table of fewer columns may have a header of one cell.
_NARROW = 3
# What a column of a group is called that stands for all of the group.
_ALL = {"总数", "合计", "小计", "总计", "总人数", "total"}
_BELOW = re.compile(r"(?:合计|总计|小计|制表|填表|审核|注|备注|说明)\s*(?:[人日单]|[:：]|$)|total\b", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a sheet before: the ``row`` (from 1) of its header, the ``words`` that name columns.

    Words are as `fields.plain` writes them. With some, totals and signatures at the end are no rows.
    """

    row: int | None = None
    words: Collection[str] = ()


ANY_SHEET = Expected()


@dataclass(frozen=True, slots=True)
class Heading:
    """The header of a table: the cells that name its columns, its ``first`` row and the first of data ``below``."""

    names: tuple[str, ...]
    first: int
    below: int

    @property
    def notes(self) -> list[str]:
        """What is to be told: titles that were passed over, and a header of two lines."""
        found = [f"The columns are named in line {self.below}, below a title."] if self.first else []
        if self.below - self.first > 1:
            found.append(f"The columns are named in two lines: {', '.join(self.names)[:300]}.")
        return found


def find_heading(rows: Sequence[Row], expected: Expected = ANY_SHEET) -> Heading:
    """Return the header among a table's first rows; where it is told, that.

    Else it is the row that has the most of the expected words; where none has two, the first that is no title, which is
    one cell above a table of several. A second line of names is recognised below or above it by what spans its columns.
    Raises Invalid ``bad_header`` when there is no such row.
    """
    row = expected.row
    top = [[cell.strip() for cell in each] for each in rows[:LOOKED_AT]] if row is None else _told(rows, row)
    at = _found(top, frozenset(expected.words)) if row is None else row - 1
    if not any(top[at : at + 1]):
        raise Invalid("bad_header", "The first line must name the columns.")
    width = max(len(each) for each in top[max(0, at - 1) : at + 2])
    above, header, below = (_padded(top, number, width) for number in (at - 1, at, at + 1))
    if _is_second_line(header, below, frozenset(expected.words)):
        return Heading(_joined(header, below), at, at + 2)
    if _names_groups(above, header):
        return Heading(_joined(above, header), at - 1, at + 1)
    return Heading(tuple(top[at]), at, at + 1)


def without_totals(rows: list[list[str]], expected: Expected) -> list[str]:
    """Take totals, and who made or checked the table, off the end of its rows; return a note of them.

    Only where it is known what the table is about: elsewhere they may be rows like others.
    """
    count = 0
    for row in reversed(rows if expected.words else []):
        if not _BELOW.match(next(cell.strip() for cell in row if cell.strip())):
            break
        count += 1
    del rows[len(rows) - count :]
    return [f"{count} lines of totals or signatures at the end are left out."] if count else []


def _told(rows: Sequence[Row], row: int) -> list[list[str]]:
    if not (0 < row <= len(rows) and any(cell.strip() for cell in rows[row - 1])):
        raise Invalid("bad_header", Sentence("Row {row} names no columns.", row=row))
    return [[cell.strip() for cell in each] for each in rows[: row + 1]]


def _found(top: Sequence[Row], words: frozenset[str]) -> int:
    filled = [sum(map(bool, row)) for row in top]
    known = [len({plain(cell) for cell in row} & words) for row in top]
    most = max(known, default=0)
    if most > 1:
        at = known.index(most)
        # What stands above a header is narrower; as wide as it, it is the header.
        return next((number for number in range(at) if filled[number] >= filled[at]), at)
    is_wide = max(filled, default=0) >= _NARROW
    return next((number for number, count in enumerate(filled) if count > is_wide), 0)


def _padded(top: Sequence[Row], number: int, width: int) -> list[str]:
    row = list(top[number]) if 0 <= number < len(top) else []
    return row + [""] * (width - len(row))


def _is_second_line(header: Row, below: Row, words: frozenset[str]) -> bool:
    """Say whether all cells of a row stand under names that span several columns, and name columns themselves.

    Data stand there too, under a column that nobody named: so one of them is an expected word, or means all of a group;
    where no words are expected, more than the last column has no name.
    """
    named = [number for number, cell in enumerate(below) if cell]
    spanned = {number for number, cell in enumerate(header) if not cell}
    under = spanned | {number - 1 for number in spanned if number}
    return (
        len(named) > 1
        and set(named) <= under
        and not spanned.isdisjoint(named)
        and not any(_NUMBER.fullmatch(below[number]) for number in named)
        and (any(plain(below[number]) in words | _ALL for number in named) if words else spanned != {len(header) - 1})
    )


def _names_groups(above: Row, header: Row) -> bool:
    """Say whether a row names groups of the columns below it, or columns that the header leaves empty."""
    if sum(map(bool, above)) < 2 or any(_NUMBER.fullmatch(cell) for cell in above):
        return False
    repeated = max(Counter(cell for cell in header if cell).values(), default=0) > 1
    return repeated or any(upper and not lower for upper, lower in zip(above, header, strict=True))


def _joined(upper: Row, lower: Row) -> tuple[str, ...]:
    """Return the names of columns that two lines give: the lower one, with its group's where it says too little."""
    times = Counter(lower)
    names, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above or (group if below else "")
        if below in _ALL and group:
            names.append(group)
        else:
            names.append(above if not below else below if times[below] == 1 else f"{group}{below}")
        group = group if below else ""
    return tuple(names)
