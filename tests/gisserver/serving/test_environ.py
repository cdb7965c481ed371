"""A request as WSGI knows it."""

import io

from django.core.handlers.wsgi import WSGIRequest
from gisserver.serving.environ import BLOCK_BYTES, FileBlocks, environ_of

from tests.gisserver.serving.stand_ins import Scope


def test_a_path_is_bytes_as_if_they_were_latin() -> None:
    environ = environ_of(Scope(path="/坪山", query_string="q=%E5"), io.BytesIO())
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/坪山"
    assert environ["QUERY_STRING"] == "q=%E5"


def test_a_query_that_nobody_escaped_is_read_all_the_same() -> None:
    environ = environ_of(Scope(query_string="q=坪山"), io.BytesIO())
    assert WSGIRequest(environ).GET["q"] == "坪山"


def test_headers_have_the_names_of_cgi() -> None:
    headers = {"content-type": "text/csv", "content-length": "3", "x-csrftoken": "t", "host": "map.example"}
    environ = environ_of(Scope(headers=headers), io.BytesIO())
    told = {name: environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_X_CSRFTOKEN", "HTTP_HOST")}
    assert told == {
        "CONTENT_TYPE": "text/csv",
        "CONTENT_LENGTH": "3",
        "HTTP_X_CSRFTOKEN": "t",
        "HTTP_HOST": "map.example",
    }


def test_addresses_lose_their_brackets_and_ports() -> None:
    environ = environ_of(Scope(server="[::1]:8000", client="[2001:db8::7]:5001"), io.BytesIO())
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"], environ["REMOTE_ADDR"]) == ("::1", "8000", "2001:db8::7")


def test_what_http_2_calls_the_authority_is_the_host() -> None:
    assert environ_of(Scope(authority="map.example"), io.BytesIO())["HTTP_HOST"] == "map.example"


def test_a_file_goes_out_in_large_blocks() -> None:
    file = io.BytesIO(b"x" * (BLOCK_BYTES + 1))
    blocks = FileBlocks(file, 4096)
    assert [len(block) for block in blocks] == [BLOCK_BYTES, 1]
    blocks.close()
    assert file.closed


def test_a_header_with_an_underscore_passes_for_none_with_a_hyphen() -> None:
    headers = {"x_forwarded_for": "10.0.0.1"}
    assert "HTTP_X_FORWARDED_FOR" not in environ_of(Scope(headers=headers), io.BytesIO())
