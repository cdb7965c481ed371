"""The server that is attacked: a web server of its own on the database in use, watched from outside."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from bench.attacks.honest import USERS, Place
from bench.family import family
from bench.trials.client import Client
from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.runtime import processes, supervisor
from gisserver.runtime.web_command import web_command
from incidents.models import IncidentType
from layers import selectors
from layers.services import withdraw

ROOT = Path(__file__).resolve().parents[2]
READY_S = 60.0
PLACES = 100  # more a page is an export, which collectors may not


@dataclass(frozen=True, slots=True)
class Target:
    """A running server: its port, process, home and log."""

    port: int
    process: subprocess.Popen[bytes]
    home: Path
    log: Path

    def workers(self) -> dict[int, int]:
        """Return the resident bytes of each of its processes."""
        return {pid: _resident(pid) for pid in family(self.process.pid)}

    def left(self) -> list[Path]:
        """Return what lies in its folders for what passes through."""
        return [
            path
            for folder in (self.home / "reading", self.home / "passing", self.home / "tmp")
            if folder.is_dir()
            for path in folder.rglob("*")
            if path.is_file()
        ]

    def defects(self) -> list[str]:
        """Return what it has logged of its own errors."""
        faults = (" failed", "panicked", "reading apart")
        return [
            line for line in self.log.read_text(errors="replace").splitlines() if any(word in line for word in faults)
        ]


@contextlib.contextmanager
def target() -> Iterator[Target]:
    """Yield a server on the database in use; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="gisserver-hostile-") as directory:
        home = Path(directory)
        (home / "tmp").mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = os.environ | {
            "DATABASE_URL": os.environ.get("DATABASE_URL")
            or (Path(settings.GISSERVER_HOME) / "database_url").read_text().strip(),
            "GISSERVER_HOME": directory,
            "TMPDIR": str(home / "tmp"),
            "PYTHONUNBUFFERED": "1",
        }
        log = home / "web.log"
        with log.open("wb") as file:
            process = supervisor.launch(
                web_command(sys.executable, host="127.0.0.1", port=port),
                env=environment,
                cwd=ROOT,
                stdout=file,
                stderr=file,
            )
        try:
            if not processes.wait_until(lambda: _answers(port), timeout_s=READY_S):
                raise RuntimeError(f"The server did not start: {log.read_text()[-2000:]}")
            yield Target(port, process, home, log)
        finally:
            supervisor.stop_family(process)


def crowd() -> list[str]:
    """Return the tokens of twenty honest users."""
    return [_someone(f"bench-honest-{number}", Role.COLLECTOR) for number in range(USERS)]


def attacker() -> str:
    """Return the token of an analyst, who may upload and export."""
    return _someone("bench-attacker", Role.ANALYST)


def forget() -> None:
    """Withdraw what the attacker could publish, and end everybody's tokens."""
    person = User.objects.get(username="bench-attacker")
    for layer in [*selectors.uploads(), *selectors.rasters(person)]:
        if layer.owner_id == person.pk:
            withdraw(slug=layer.slug, user=person)
    User.objects.filter(username__startswith="bench-").update(is_active=False)


def places(port: int, token: str) -> list[Place]:
    """Return where the honest are, and what they report."""
    kinds = list(IncidentType.objects.values_list("code", flat=True)[:20])
    rows: list[dict[str, Any]] = Client(port, token).get(f"/api/buildings/?limit={PLACES}").json()["results"]
    known = [row for row in rows if row["geometry"] and row["address"]]
    found = []
    for number, row in enumerate(known):
        lon, lat = row["geometry"]["coordinates"]
        found.append(Place(lon, lat, row["address"], kinds[number % len(kinds)]))
    return found


def _someone(name: str, role: Role) -> str:
    user, _ = User.objects.update_or_create(username=name, defaults={"is_active": True})
    Grant.objects.get_or_create(user=user, role=role, area=None)
    return tokens.issue(user=user, label="bench")[0]


def _answers(port: int) -> bool:
    try:
        return Client(port).get("/readyz").status == 200
    except OSError:
        return False


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
