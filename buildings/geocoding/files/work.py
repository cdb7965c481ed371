"""A file's work as a value: what is asked of it, its rows, and how rows become the bytes of the result."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from gisserver.common.moments import parse_moment
from gisserver.common.workspace import workspace

Row = TypeVar("Row")
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks of a file.

    ``columns`` make up an address, ``lat`` and ``lon`` (declared in ``crs``) a place; empty means the usual names.
    ``results`` are the members to append, empty for all; ``headings`` what their columns are called, if not by them.
    ``division`` is the column with the code of the division that a row's address lies in. Each column of ``also`` is a
    further address, with an answer of its own behind the first one's. With ``each_address`` a row whose address says
    several comes back once for each.
    """

    columns: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    encoding: str = ""
    lat: str = ""
    lon: str = ""
    crs: str = "wgs84"
    at: datetime | None = None
    headings: tuple[str, ...] = ()
    division: str = ""
    also: tuple[str, ...] = ()
    each_address: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as a job keeps it."""
        return asdict(self) | {"at": None if self.at is None else self.at.isoformat()}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Asked":
        """Return what a job has kept."""
        lists = {name: tuple(said.get(name, ())) for name in ("columns", "results", "headings", "also")}
        return cls(**{**said, **lists, "at": None if said["at"] is None else parse_moment(said["at"])})


@dataclass(frozen=True, slots=True)
class Work(Generic[Row]):
    """A file opened for work.

    ``rows`` can be gone through again and again; ``blocks`` turns any run of them into bytes that depend on those
    rows alone, so that a result may be written in pieces. ``finish`` makes the file that goes out (a path) of the file
    of all pieces (a path), where a format is not written in pieces.
    """

    heading: bytes
    rows: Iterable[Row]
    blocks: Callable[[Iterable[Row]], Iterator[bytes]]
    media_type: str
    file_name: str
    finish: Callable[[Path, Path], None] | None = None

    def __iter__(self) -> Iterator[bytes]:
        """Yield the whole result."""
        if self.finish is None:
            yield self.heading
            yield from self.blocks(self.rows)
            return
        with workspace() as folder:
            with (folder / "pieces").open("wb") as pieces:
                pieces.write(self.heading)
                pieces.writelines(self.blocks(self.rows))
            self.finish(folder / "pieces", folder / "whole")
            with (folder / "whole").open("rb") as whole:
                yield from iter(lambda: whole.read(_CHUNK), b"")
