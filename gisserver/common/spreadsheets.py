"""CSV that a spreadsheet opens as it is meant: Chinese readable, and no cell a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# Without this mark a spreadsheet takes UTF-8 for the code page of the machine.
BOM = "\ufeff"
# What a spreadsheet would run: =HYPERLINK(…), +1+cmd|…, -2+3, @SUM(…); a tab or a line's end before it does not help.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CHUNK = 64 * 1024

Cell = str | int | float | None


def safe(cell: Cell) -> str:
    """Return a cell as text; what a person wrote never begins a formula (OWASP: CSV injection)."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    return str(cell)


def written(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Write rows as CSV (RFC 4180, UTF-8 with its mark) in pieces of about 64 KiB."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
        if buffer.tell() > _CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
