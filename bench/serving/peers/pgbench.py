"""pgbench: the statement alone, prepared, asked of the database without anything before it."""

import re
import shutil
import subprocess
import tempfile

from psycopg.conninfo import conninfo_to_dict

from bench import Broken
from bench.serving.figures import Load
from bench.serving.stage import Missing
from gisserver.runtime import postgres

NAME = "PostGIS, prepared"


def prepared(url: str, script: str, *, clients: int, seconds: float) -> Load:
    """Return what ``script`` (in pgbench's language) comes to. Raises Missing and Broken."""
    parts = conninfo_to_dict(url)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [
            *(_program(), "--no-vacuum", "--protocol=prepared", f"--file={file.name}", f"--client={clients}"),
            *("--jobs=1", f"--time={max(1, round(seconds))}", f"--host={parts['host']}", f"--port={parts['port']}"),
            *(f"--username={parts['user']}", str(parts["dbname"])),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    middle = re.search(r"latency average = ([\d.]+)", done.stdout)
    if done.returncode or rate is None or middle is None:
        raise Broken(f"pgbench failed: {done.stdout} {done.stderr}")
    return Load(rate=float(rate[1]), p50_ms=float(middle[1]))


def _program() -> str:
    beside = [found.programs / "pgbench" for found in postgres.installations()]
    there = next((str(program) for program in beside if program.exists()), None) or shutil.which("pgbench")
    if there is None:
        raise Missing("pgbench is not installed beside PostgreSQL")
    return there
