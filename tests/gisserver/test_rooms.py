"""How many files of ours one enters to follow a request: those whose functions run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from tests.factories import administrator, at, building, community_of
from tests.redrawing import COMMUNITY, Draft, check_constraints, line, signed_in

ROOT = Path(__file__).parents[2]
PACKAGES = tuple(
    str(ROOT / name) for name in ("gisserver", "grids", "buildings", "incidents", "layers", "rasters", "tiles")
)
COMMON = str(ROOT / "gisserver")


@pytest.fixture
def people(laws: None) -> tuple[Client, Client]:
    """A supervisor and a reviewer of AAB/AAB."""
    community = community_of("AAB/AAB")
    check_constraints()
    return signed_in("wang", Role.SUPERVISOR, community), signed_in("zhao", Role.REVIEWER, community)


@contextmanager
def entered() -> Iterator[set[str]]:
    """Collect the files of ours whose functions run meanwhile in this thread; importing one is not entering it."""
    files: set[str] = set()

    def look(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_name != "<module>" and frame.f_code.co_filename.startswith(PACKAGES):
            files.add(frame.f_code.co_filename)

    sys.setprofile(look)
    try:
        yield files
    finally:
        sys.setprofile(None)


def assert_few(files: set[str], *, own: int, common: int) -> None:
    """Compare the files with their limits: the apps' own, and those in `gisserver`, which most requests enter."""
    shared = {file for file in files if file.startswith(COMMON)}
    counted = f"{len(files - shared)} of the apps, {len(shared)} in common:"
    listed = "\n".join([counted, *sorted(str(Path(file).relative_to(ROOT)) for file in files)])
    assert len(files - shared) <= own and len(shared) <= common, listed


def test_a_plain_split(people: tuple[Client, Client]) -> None:
    draft = Draft(people[0], COMMUNITY)

    with entered() as files:
        draft.draw("split", grid="A", line=line((1, 0), (1, 2)))

    assert_few(files, own=36, common=27)


def test_a_publish(people: tuple[Client, Client]) -> None:
    draft = Draft(people[0], COMMUNITY)
    draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
    draft.approved(people[1])

    with entered() as files:
        draft.step("publish", effective_at=None)

    assert_few(files, own=33, common=30)


@pytest.mark.usefixtures("laws")
def test_a_search() -> None:
    building(at(1, 1), address="广东省深圳市坪山区坑梓街道秀新社区新乔围路12号")
    client = Client()
    client.force_login(administrator())

    with entered() as files:
        answer = client.get("/geocode/search", {"q": "新乔围路12号"})

    assert len(answer.json()["features"]) == 1
    assert_few(files, own=36, common=18)
