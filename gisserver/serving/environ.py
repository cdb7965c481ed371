"""A request of RSGI as WSGI's environ (PEP 3333)."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

# Where CGI has a name of its own for a header.
_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
BLOCK_BYTES = 256 * 1024

_FIXED: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
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


def environ_of(scope: Any, body: IO[bytes], size: int = 0) -> dict[str, Any]:
    """Return the environ of a request: ``scope`` as RSGI gives it, ``body`` a file of ``size`` bytes."""
    server, _, port = scope.server.rpartition(":")
    environ = {
        **_FIXED,
        "REQUEST_METHOD": scope.method,
        # PEP 3333: bytes as if they were Latin-1.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),  # programs write 坪山 as it is
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.file_wrapper": FileBlocks,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # `x_forwarded_for` would pass for `x-forwarded-for`, which a proxy sets
        key = _NAMES.get(name) or "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value}" if key in environ and key != "HTTP_HOST" else value
    if size:
        environ["CONTENT_LENGTH"] = str(size)  # of a body in chunks no header tells
    return environ
