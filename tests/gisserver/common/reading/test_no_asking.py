"""A file that points elsewhere does not make the server ask there, however it is wrapped."""

import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyogrio
import pytest

from gisserver.common.errors import Invalid
from gisserver.common.reading.reader import list_layers

POINTERS = {
    "OGR VRT": '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{address}/x.geojson</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>",
    "WFS": "<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>",
}
GML = (
    '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" xmlns:o="http://o"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://o {address}/wfs?SERVICE=WFS'
    '&amp;REQUEST=DescribeFeatureType&amp;VERSION=1.1.0&amp;TYPENAME=x"><gml:featureMember><o:x><o:n>1</o:n></o:x>'
    "</gml:featureMember></gml:FeatureCollection>"
)


class Neighbour(ThreadingHTTPServer):
    """A server of somebody else, which notes what it is asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"


class Asked(BaseHTTPRequestHandler):
    """Notes a request and finds nothing."""

    server: Neighbour

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_GET  # noqa: N815 -- so called by the base class

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    with Neighbour() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("kind", POINTERS)
def test_a_pointer_in_a_zip_is_not_followed(tmp_path: Path, neighbour: Neighbour, kind: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.gml", POINTERS[kind].format(address=neighbour.address))
    with pytest.raises(Invalid) as refusal:
        list_layers(tmp_path / "a.zip")
    assert (refusal.value.code, neighbour.asked) == ("pointing_file", [])


def test_the_schema_that_a_gml_names_is_not_fetched(tmp_path: Path, neighbour: Neighbour) -> None:
    (tmp_path / "a.gml").write_text(GML.format(address=neighbour.address))
    assert [layer.name for layer in list_layers(tmp_path / "a.gml")] == ["x"]
    assert neighbour.asked == []


def test_no_address_is_opened(neighbour: Neighbour) -> None:
    with pytest.raises(RuntimeError):
        pyogrio.list_layers(f"/vsicurl/{neighbour.address}/x.geojson")
    assert neighbour.asked == []
