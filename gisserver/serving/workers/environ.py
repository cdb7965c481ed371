"""A request from the front as WSGI's environ (PEP 3333)."""

import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

BLOCK_BYTES = 256 * 1024

_FIXED: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


class FileBlocks:
    """WSGI's file_wrapper: a file in large blocks."""

    def __init__(self, file: IO[bytes], block_bytes: int = 0) -> None:
        self._file = file

    def path(self) -> Path | None:
        """Return where the file lies, if it is a whole one on the disk."""
        name = getattr(self._file, "name", None)
        if not isinstance(name, str) or not isinstance(self._file, io.BufferedReader):
            return None
        return Path(name) if self._file.tell() == 0 and Path(name).is_file() else None

    def __iter__(self) -> Iterator[bytes]:
        while block := self._file.read(BLOCK_BYTES):
            yield block

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def environ_of(request: Mapping[str, str], body: IO[bytes]) -> dict[str, Any]:
    """Return the environ of a request whose texts the front has named as CGI does (`front/request.py`)."""
    return {**_FIXED, **request, "wsgi.input": body, "wsgi.file_wrapper": FileBlocks}
