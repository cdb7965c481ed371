"""What is on its way between a client and Django, kept on disk meanwhile, so that neither waits for the other.

One folder for all processes of a server. How full it is, it says itself: nobody has to keep count of it.
"""

import contextlib
import errno
import itertools
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from gisserver.common.errors import Unavailable
from gisserver.common.sentences import Sentence
from gisserver.serving.limits import ANSWER_MEMORY_BYTES, SPOOL_BYTES, SPOOL_LOOK_BYTES, SPOOL_LOOK_S

FULL = Sentence("Too much is being sent and fetched now; try again in a few seconds.")
# What the system says when it has no room for a file, or none for one more open file.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE}


class Spool:
    """The files in ``folder``: at most ``most`` bytes in all, near enough."""

    def __init__(self, folder: Path, most: int = SPOOL_BYTES) -> None:
        self.folder, self._most = folder, most
        self._looked, self._found = -SPOOL_LOOK_S, 0

    def write(self, name: str, pieces: Iterable[bytes]) -> Path:
        """Return a file of the pieces. Raises Unavailable ``server_busy``; a file that was begun is gone then."""
        path = self.folder / name
        try:
            with refusing_when_full(), path.open("wb") as file:
                unlooked, wait = 0, 0
                for piece in pieces:
                    unlooked += len(piece)
                    if unlooked >= wait:
                        self.check(unlooked)
                        unlooked, wait = 0, SPOOL_LOOK_BYTES
                    file.write(piece)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def whole(self, name: str, pieces: Iterable[bytes]) -> bytes | Path:
        """Return the pieces together: as bytes, or as a file when they are many. Raises Unavailable ``server_busy``."""
        pieces, kept = iter(pieces), bytearray()
        for piece in pieces:
            kept += piece
            if len(kept) > ANSWER_MEMORY_BYTES:
                return self.write(name, itertools.chain([bytes(kept)], pieces))
        return bytes(kept)

    def check(self, more: int) -> None:
        """Raise Unavailable ``server_busy`` when there is no room for ``more`` bytes."""
        # With thousands of files a look at each piece would be all the work.
        if time.monotonic() - self._looked >= SPOOL_LOOK_S or self._found + more > self._most:
            self._looked, self._found = time.monotonic(), sum(_sizes(self.folder))
        if self._found + more > self._most:
            raise Unavailable("server_busy", FULL)
        self._found += more


@contextlib.contextmanager
def refusing_when_full() -> Iterator[None]:
    """Within the block, a disk that is full, or too many open files, are Unavailable ``server_busy``."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise Unavailable("server_busy", FULL) from error
        raise


def answer_file(folder: Path, number: int) -> Path:
    """Return where the long answer to the front's request of this number lies."""
    return folder / f"answer-{number}"


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.iterdir():
        try:
            yield path.stat().st_size
        except FileNotFoundError:  # sent in the meantime
            continue
