"""Frames from the server's doors, as an analyst asks for them."""

import io
from email.message import Message
from typing import Any
from urllib.request import BaseHandler, OpenerDirector, Request, build_opener
from urllib.response import addinfourl

import pytest
from django.test import Client as Browser

from gisserver.client import Client, Refusal
from gisserver.common.access.credentials import tokens
from gisserver.common.access.roles import Role
from gisserver.common.geo.crs import parse_crs
from layers.models import UploadedLayer
from layers.publishing import publish_file
from tests import factories

URL = "http://testserver"
POINTS = "name,floors,lon,lat\n甲,3,114.30,22.70\n乙,,114.31,22.70\n丙,18,114.32,22.71\n"


class ByDjango(BaseHandler):
    """Answers requests of urllib by Django's own test client."""

    def http_open(self, request: Request) -> addinfourl:
        """Ask Django."""
        made = Browser().get(request.full_url.removeprefix(URL), headers=dict(request.header_items()))
        headers = Message()
        for name, value in made.items():
            headers[name] = value
        answer = addinfourl(io.BytesIO(made.getvalue()), headers, request.full_url, made.status_code)
        setattr(answer, "msg", made.reason_phrase)  # noqa: B010 - urllib reads it where its own connection puts it
        return answer


@pytest.fixture
def opener() -> OpenerDirector:
    """Lend what opens addresses without a network."""
    made = build_opener()
    made.handle_open["http"] = []
    made.add_handler(ByDjango())
    return made


@pytest.fixture
def points(db: None, tmp_path: Any) -> UploadedLayer:
    """Three points, published."""
    file = tmp_path / "points.csv"
    file.write_text(POINTS)
    layer = publish_file(file, crs=parse_crs("wgs84")).layer
    assert isinstance(layer, UploadedLayer)
    return layer


def client_of(opener: OpenerDirector, role: Role = Role.ANALYST, **more: Any) -> Client:
    """Return the client of somebody who reads everywhere."""
    text, _ = tokens.issue(user=factories.user("reader", role=role, everywhere=True))
    return Client(URL, text, opener=opener, **more)


def test_all_features_in_degrees_by_their_ids(opener: OpenerDirector, points: UploadedLayer) -> None:
    frame = client_of(opener).read("points")
    assert list(frame.index) == [1, 2, 3]
    assert list(frame["name"]) == ["甲", "乙", "丙"]
    assert frame.crs.to_epsg() == 4326
    assert (frame.geometry[3].x, frame.geometry[3].y) == (114.32, 22.71)


def test_only_those_asked_for(opener: OpenerDirector, points: UploadedLayer) -> None:
    client = client_of(opener)
    assert list(client.read("points", filter="floors > 3")["name"]) == ["丙"]
    assert list(client.read("points", bbox=(114.305, 22.6, 114.315, 22.8), properties=["name"])["name"]) == ["乙"]
    assert len(client.read("points", at="2000-01-01")) == 0
    assert len(client.read("points", limit=2)) == 2


def test_who_may_not_export_reads_page_by_page(opener: OpenerDirector, points: UploadedLayer) -> None:
    assert len(client_of(opener, Role.COLLECTOR).read("points")) == 3


def test_statistics(opener: OpenerDirector, points: UploadedLayer) -> None:
    client = client_of(opener)
    assert client.statistics("points", statistics=["count", "max(floors)"]).to_dict("records") == [
        {"count": 3, "max(floors)": 18}
    ]
    cells = client.statistics("points", group_by=["square(5000)"])
    assert cells["count"].sum() == 3
    assert set(cells.geom_type) == {"Polygon"}


def test_progress_is_told(opener: OpenerDirector, points: UploadedLayer) -> None:
    told: list[tuple[int, int | None]] = []
    client_of(opener, progress=lambda come, size: told.append((come, size))).read("points")
    assert all(come > 0 for come, _ in told)


def test_a_refusal_has_the_servers_code(opener: OpenerDirector, points: UploadedLayer) -> None:
    with pytest.raises(Refusal, match="bad_filter") as caught:
        client_of(opener).read("points", filter="floors >")
    assert caught.value.status == 400


def test_collections(opener: OpenerDirector, points: UploadedLayer) -> None:
    assert client_of(opener).collections().loc["points", "extent"] == (114.30, 22.70, 114.32, 22.71)
