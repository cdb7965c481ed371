"""Officers and their posts through their doors: what the tests of posts share."""

from typing import Any

from django.test import Client

from tests.redrawing import COMMUNITY, send


def joined(client: Client, name: str, **words: str) -> int:
    return int(send(client, "/api/officers/", {"division": COMMUNITY, "name": name, **words})["id"])


def appointed(client: Client, officer: int, grid: str = "A", *, expect: int = 201, **more: Any) -> dict[str, Any]:
    return send(client, "/api/posts/", {"grid": grid, "officer": officer, **more}, expect=expect)


def officers_of(client: Client, grid: str, **query: str) -> list[tuple[str, str]]:
    answer = client.get(f"/api/grids/{grid}/", query).json()
    return [(each["name"], each["role"]) for each in answer["officers"]]
