"""What the server's own logs hold, and how: lines with members, files that several processes write, no rows (law 7)."""

import fcntl
import logging
import os
from contextlib import suppress
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

import psycopg
from django.db import DatabaseError

from gisserver.common.lines import clock, json_line

LARGEST_BYTES = 10 * 1024**2
KEPT_FILES = 9


class WithoutRows(logging.Filter):
    """Cuts the database's errors to their first line: the lines below quote rows, names and phones among them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut the error of a record, and those that it came from."""
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            if isinstance(error, DatabaseError | psycopg.Error):
                error.args = (str(error).partition("\n")[0],)
            error = error.__cause__ or error.__context__
        return True


class JsonLines(logging.Formatter):
    """A record's ``members`` as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json_line(record.created, _members(record))


class ShortLines(logging.Formatter):
    """A record's ``members`` for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        values = " ".join(f"{name}={value}" for name, value in _members(record).items())
        return f"{clock(record.created)} {record.getMessage()}: {values}"


def _members(record: logging.LogRecord) -> dict[str, Any]:
    members: dict[str, Any] = getattr(record, "members", {"message": record.getMessage()})
    return members


class SharedFile(WatchedFileHandler):
    """A file that several processes append to, private to its owner; when it is full it becomes `NAME.1`, and so on.

    Each line is one write at the end of the file, so that lines of two processes never mix.
    """

    def __init__(self, filename: str, *, largest_bytes: int = LARGEST_BYTES, kept_files: int = KEPT_FILES) -> None:
        super().__init__(filename, encoding="utf-8", delay=True)
        self._largest_bytes, self._kept_files = largest_bytes, kept_files

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(self.baseFilename, "a", encoding="utf-8", opener=_private)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; then make room, if the file is full."""
        super().emit(record)
        try:
            if self._is_full():
                self._make_room()
        except OSError:
            self.handleError(record)

    def _is_full(self) -> bool:
        path = Path(self.baseFilename)
        return path.exists() and path.stat().st_size >= self._largest_bytes

    def _make_room(self) -> None:
        """Rename the files, unless another process has done it; the others notice that theirs has moved."""
        path = Path(self.baseFilename)
        with path.with_name(f"{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_full():
                return
            for number in reversed(range(1, self._kept_files)):
                with suppress(FileNotFoundError):
                    Path(f"{path}.{number}").replace(f"{path}.{number + 1}")
            path.replace(f"{path}.1")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
