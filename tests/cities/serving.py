"""A city's own server, and the door that takes a file of addresses."""

import csv
import io
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import requests
import shapely

from gisserver.runtime.processes import wait_until
from gisserver.runtime.web_command import web_command
from tests.cities.conftest import REPOSITORY, City

# An address, and its buildings' footprints in WGS 84 as WKT: two houses may share a text, and then either is right.
Known = tuple[str, str]
Missed = Callable[[Sequence[Known]], list[str]]


@contextmanager
def answering(city: City) -> Iterator[Missed]:
    """Start the city's server and lend what asks it for many addresses as one file: those laid elsewhere come back."""
    city.done("createsuperuser", "--noinput", "--username=analyst", "--email=a@example.org")
    token = city.done("issue_token", "analyst")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = web_command(sys.executable, host="127.0.0.1", port=port)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with (
        subprocess.Popen(command, cwd=REPOSITORY, env=city.environment, **quiet) as server,
        requests.Session() as session,
    ):
        session.auth = ("analyst", token)
        address = f"http://127.0.0.1:{port}"

        def missed(known: Sequence[Known]) -> list[str]:
            places = _places(session, f"{address}/geocode/search/csv/", [text for text, _ in known])
            return [
                text for (text, footprint), place in zip(known, places, strict=True) if not _lies_on(place, footprint)
            ]

        try:
            assert wait_until(lambda: _alive(session, address), timeout_s=300)
            yield missed
        finally:
            server.terminate()
        assert server.wait(timeout=60) == 0


def _places(session: requests.Session, door: str, texts: list[str]) -> list[tuple[str, str]]:
    file = io.StringIO()
    csv.writer(file).writerows([["address"], *([text] for text in texts)])
    answer = session.post(door, data=file.getvalue().encode(), headers={"Content-Type": "text/csv"}, timeout=300)
    assert answer.ok, answer.text
    rows = csv.DictReader(io.StringIO(answer.content.decode()))
    return [(row["longitude"], row["latitude"]) for row in rows]


def _lies_on(place: tuple[str, str], footprint: str) -> bool:
    return all(place) and bool(shapely.covers(shapely.from_wkt(footprint), shapely.Point(*map(float, place))))


def _alive(session: requests.Session, address: str) -> bool:
    try:
        return session.get(f"{address}/readyz", timeout=60).ok
    except requests.RequestException:
        return False
