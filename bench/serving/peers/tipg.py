"""tipg: OGC API Features from PostGIS, in Python (FastAPI, asyncpg); in an environment of its own."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from bench.serving.running import HOST, ROOT, free_port, listening
from bench.serving.stage import Missing

VERSION = "1.6.1"
NAME = f"tipg {VERSION}"
PLACE = ROOT / ".tools" / f"tipg-{VERSION}"
UV = ROOT / ".tools" / "bootstrap" / "bin" / "uv"
PACKAGES = (f"tipg=={VERSION}", "uvicorn", "uvloop", "httptools")


@contextlib.contextmanager
def tipg(url: str) -> Iterator[str]:
    """Yield the address of a tipg on the views, one process as its documentation starts it. Raises Missing."""
    python = _python()
    parts = conninfo_to_dict(url)
    socket = str(parts["host"]).replace("/", "%2F")
    environment = {
        "DATABASE_URL": f"postgresql://{parts['user']}@{socket}:{parts['port']}/{parts['dbname']}",
        "TIPG_DB_SCHEMAS": '["bench"]',
        "TIPG_DB_EXCLUDE_FUNCTION_SCHEMAS": '["public"]',
        "TIPG_CATALOG_TTL": "86400",
    }
    port = free_port()
    command = [str(python), "-m", "uvicorn", "tipg.main:app", "--host", HOST, "--port", str(port)]
    command += ["--log-level", "warning"]
    with listening(command, port, folder=PLACE, environment=environment, ready="healthz") as address:
        yield address


def _python() -> Path:
    python = PLACE / "bin" / "python"
    if python.exists():
        return python
    if not UV.exists():
        raise Missing(f"it is not installed, nor is uv, which `make install` puts in {UV.relative_to(ROOT)}")
    for command in (("venv", "--quiet", PLACE), ("pip", "install", "--quiet", "--python", python, *PACKAGES)):
        if subprocess.run([UV, *command], check=False).returncode:  # noqa: S603
            raise Missing("uv could not install it; its reasons are above")
    return python
