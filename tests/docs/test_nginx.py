"""The proxy's configuration on the page of operations, read as nginx reads it (nginx itself may not be installed)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import FENCE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
# A directive's words by the locations around it.
Directives = list[tuple[tuple[str, ...], list[str]]]


def directives_of(tokens: Iterator[str], around: tuple[str, ...] = ()) -> Directives:
    """Return each simple directive with the blocks that it stands in, outermost first."""
    found: Directives = []
    words: list[str] = []
    for token in tokens:
        if token == "{":
            found += directives_of(tokens, (*around, " ".join(words)))
        elif token == "}":
            assert words == [], f"no semicolon behind {words}"
            return found
        elif token == ";":
            found.append((around, words))
        words = [] if token in "{;" else [*words, token]
    assert around == (), f"{around[-1]} is not closed"
    return found


@pytest.fixture(scope="module")
def directives() -> Directives:
    (text,) = [fence["text"] for fence in FENCE.finditer(PAGE.read_text(encoding="utf-8")) if fence["info"] == "nginx"]
    return directives_of(iter(re.findall(r"[{};]|[^\s{};]+", re.sub(r"#.*", "", text))))


@pytest.mark.parametrize("location", ["location /", "location = /api/events"])
def test_each_location_passes_on_what_the_server_believes(directives: Directives, location: str) -> None:
    lines = [" ".join(words) for around, words in directives if around == ("server", location)]
    assert "proxy_pass http://127.0.0.1:8000" in lines
    assert "proxy_http_version 1.1" in lines
    assert "proxy_set_header Host $host" in lines
    assert "proxy_set_header X-Forwarded-Proto https" in lines
    assert "proxy_set_header X-Forwarded-For $remote_addr" in lines


def test_it_is_read_by_the_nginx_of_debian_12(directives: Directives) -> None:
    # 1.22 knows no directive `http2`, which came with 1.25.1.
    assert [words for _, words in directives if words[0] == "http2"] == []


def test_news_are_not_buffered(directives: Directives) -> None:
    assert (("server", "location = /api/events"), ["proxy_buffering", "off"]) in directives
