"""The feed over real sockets: news comes by itself, and whose right ends is let go."""

import socket

import pytest

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Token
from tests.factories import at, building, division, drawn, grid
from tests.gisserver.serving.test_real_sockets import Server, server

__all__ = ["server"]  # a fixture
pytestmark = pytest.mark.usefixtures("transactional_db")


def heard(link: socket.socket, until: bytes) -> bytes:
    """Return what has come when ``until`` is in it, or when the connection has ended."""
    link.settimeout(30)
    text = b""
    while until not in text and (piece := link.recv(65536)):
        text += piece
    return text


def test_news_comes_over_an_open_connection_until_the_token_ends(server: Server) -> None:
    with server.begin("GET /api/changes/stream HTTP/1.1\r\nConnection: close") as link:
        heard(link, b"id: ")
        shape = drawn("A")["A"]
        community = division("440310001001", geometry=shape)
        grid("A", shape, community)
        assert b'"kind":"grids"' in heard(link, b'"kind":"grids"')
        tokens.revoke(Token.objects.all())
        house = building(at(0.5, 0.5), community=community)
        assert f'"ids":[{house.pk}]'.encode() not in heard(link, b'"kind":"buildings"')
