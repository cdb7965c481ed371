"""A request as WSGI knows it."""

import io

from django.core.handlers.wsgi import WSGIRequest

from gisserver.serving.front.http.request import cgi_variables
from gisserver.serving.workers.environ import BLOCK_BYTES, FileBlocks, environ_of
from tests.gisserver.serving.stand_ins import Scope


def request_of(body: bytes = b"", **scope: str) -> WSGIRequest:
    return WSGIRequest(environ_of(cgi_variables(Scope(**scope), "id", len(body)), io.BytesIO(body)))  # type: ignore[arg-type]


def test_django_reads_what_the_front_has_told() -> None:
    request = request_of(b"text", method="POST", path="/坪山", query_string="q=%E5%9D%AA", client="[2001:db8::7]:1")
    assert (request.method, request.path, request.GET["q"]) == ("POST", "/坪山", "坪")
    assert (request.body, request.META["REMOTE_ADDR"]) == (b"text", "2001:db8::7")


def test_a_query_that_nobody_escaped_is_read_all_the_same() -> None:
    assert request_of(query_string="q=坪山").GET["q"] == "坪山"


def test_a_secure_request_is_known_as_one() -> None:
    assert request_of(scheme="https").is_secure()


def test_a_file_goes_out_in_large_blocks() -> None:
    file = io.BytesIO(b"x" * (BLOCK_BYTES + 1))
    blocks = FileBlocks(file, 4096)
    assert [len(block) for block in blocks] == [BLOCK_BYTES, 1]
    blocks.close()
    assert file.closed
