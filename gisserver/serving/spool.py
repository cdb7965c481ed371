"""What is on its way between a client and a thread, kept on disk meanwhile, so that neither waits for the other."""

import contextlib
import itertools
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from gisserver.common.errors import Unavailable
from gisserver.common.reading.process.workspace import workspace

# An answer up to this size is handed over as it is; most are.
MEMORY_BYTES = 1024**2


class Room:
    """How many bytes of disk all that is on its way may take, in this process."""

    def __init__(self, most: int) -> None:
        self._left, self._lock = most, threading.Lock()

    def take(self, size: int) -> None:
        """Reserve so many bytes. Raises Unavailable ``server_busy``."""
        with self._lock:
            if size > self._left:
                raise Unavailable("server_busy", "Too much is being sent and fetched now; try again in a few seconds.")
            self._left -= size

    def give_back(self, size: int) -> None:
        """Free bytes that were taken."""
        with self._lock:
            self._left += size


class Spool:
    """Files for long answers, in a folder of this process (below ``parent``) that is swept even when it is killed."""

    def __init__(self, room: Room, parent: Path | None = None) -> None:
        self._room, self._parent = room, parent
        self._numbers, self._held = itertools.count(), ExitStack()
        self._folder: Path | None = None
        self._lock = threading.Lock()

    def whole(self, pieces: Iterable[bytes]) -> bytes | Path:
        """Return the pieces together: as bytes, or as a file when they are many. Raises Unavailable ``server_busy``."""
        pieces, kept = iter(pieces), bytearray()
        for piece in pieces:
            kept += piece
            if len(kept) > MEMORY_BYTES:
                return self._file(itertools.chain([bytes(kept)], pieces))
        return bytes(kept)

    def remove(self, path: Path) -> None:
        """Remove a file that `whole` returned; whoever has opened it reads on."""
        with contextlib.suppress(FileNotFoundError):
            size = path.stat().st_size
            path.unlink()
            self._room.give_back(size)

    def close(self) -> None:
        """Remove the folder."""
        self._held.close()

    def _file(self, pieces: Iterator[bytes]) -> Path:
        path = self._place() / str(next(self._numbers))
        taken = 0
        try:
            with path.open("wb") as file:
                for piece in pieces:
                    self._room.take(len(piece))
                    taken += len(piece)
                    file.write(piece)
        except BaseException:
            path.unlink(missing_ok=True)
            self._room.give_back(taken)
            raise
        return path

    def _place(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = self._held.enter_context(workspace(self._parent))
            return self._folder
