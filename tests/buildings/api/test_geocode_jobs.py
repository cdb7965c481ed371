"""Long files as jobs: the same bytes as at once, whatever happened on the way."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from buildings.geocoding.files import kinds
from gisserver.common.jobs import runner
from gisserver.common.jobs.models import Job
from tests.factories import administrator, at, building, lonlat

pytestmark = pytest.mark.usefixtures("laws")
TABLE, LINES = "text/csv", "application/x-ndjson"
# The shape of a test's works: the door, its file, the type of that.
ADDRESSES = "\ufeffno,地址\r\n" + "".join(f"{n},新乔围路{n % 7}号\r\n" for n in range(10))
OBJECTS = "".join(json.dumps({"no": n, "address": f"新乔围路{n % 7}号"}) + "\n" for n in range(10))


def places() -> str:
    rows = (lonlat(at(n / 10, 1)) for n in range(10))
    return "lon,lat\n" + "".join(f"{lon},{lat}\n" for lon, lat in rows)


WORKS = [
    ("search/csv", ADDRESSES, TABLE),
    ("reverse/csv", places, TABLE),
    ("search/ndjson", OBJECTS, LINES),
    ("search/csv", "no;地址\r\n" + "1;新乔围路1号;left over\r\n\r\n2\r\n\n" * 3 + "3;新乔围路2号", TABLE),
    ("search/ndjson", '\n{"result": 1}\r\n{"a": 1.10}\nnone\n' * 3 + "\n{ }", LINES),
]


class Killed(BaseException):
    """What ends a worker at once."""


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Three rows a piece, in a home of the test's own."""
    monkeypatch.setattr(kinds, "PIECE", 3)
    settings.GISSERVER_HOME = tmp_path


@pytest.fixture
def client() -> Client:
    """Someone in a town of one road with five houses."""
    for number in range(1, 6):
        building(at(number / 5, 1), address=f"新乔围路{number}号")
    client = Client()
    client.force_login(administrator())
    return client


def text(content: Any) -> str:
    return content() if callable(content) else content


def sent(client: Client, door: str, content: Any, media_type: str, **headers: Any) -> Any:
    return client.post(f"/geocode/{door}/", text(content).encode(), content_type=media_type, headers=headers)


def at_once(client: Client, work: str, content: Any, media_type: str) -> bytes:
    return b"".join(sent(client, work, content, media_type).streaming_content)


def result(client: Client, job_id: int) -> bytes:
    return b"".join(client.get(f"/api/jobs/{job_id}/result/").streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("work", "content", "media_type"), WORKS)
def test_a_job_gives_what_the_door_gives(client: Client, work: str, content: Any, media_type: str) -> None:
    answer = sent(client, f"{work}/jobs", content, media_type)
    job = answer.json()
    assert (answer.status_code, answer["Location"]) == (202, f"/api/jobs/{job['id']}/")
    runner.run(job["id"])
    assert result(client, job["id"]) == at_once(client, work, content, media_type)


@pytest.mark.parametrize(("work", "content", "media_type"), WORKS)
def test_a_job_that_broke_off_ends_the_same(
    client: Client, work: str, content: Any, media_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = sent(client, f"{work}/jobs", content, media_type).json()["id"]
    kept = runner._kept

    def dies_behind_the_second(job: Job, *rest: Any) -> bool:
        if job.rows_done >= 6:
            raise Killed
        return kept(job, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(runner, "_kept", dies_behind_the_second)
        with pytest.raises(Killed):
            runner.run(job_id)
    runner.run(job_id)
    assert result(client, job_id) == at_once(client, work, content, media_type)


def test_what_is_wrong_with_a_file_is_said_at_once(client: Client) -> None:
    answer = sent(client, "search/csv/jobs", "a,b\n1,2\n", TABLE)
    assert (answer.status_code, answer.json()["code"]) == (400, "no_such_column")
    assert not Job.objects.exists()


def test_a_file_sent_twice_is_one_job(client: Client) -> None:
    first, again = (sent(client, "search/csv/jobs", ADDRESSES, TABLE, idempotency_key="k1").json() for _ in range(2))
    assert first["id"] == again["id"]


def test_a_key_is_for_one_file(client: Client) -> None:
    sent(client, "search/csv/jobs", ADDRESSES, TABLE, idempotency_key="k1")
    other = sent(client, "search/csv/jobs", ADDRESSES + "11,x\r\n", TABLE, idempotency_key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_the_byte_order_mark_comes_once(client: Client) -> None:
    """In a result of several blocks."""
    rows = "".join(f"{n},新乔围路{n % 7}号\r\n" for n in range(2_000))
    assert at_once(client, "search/csv", "\ufeffno,地址\r\n" + rows, TABLE).count("\ufeff".encode()) == 1
