"""A user on his way: he asks a door about a moment, and what he is told is held against the truth."""

import json
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from django.test import Client

from tests.gisserver.walk.city import World
from tests.gisserver.walk.oracle import Reader, Truth

# No thing has such an id, and no code is so.
NO_ID, NO_CODE = 99_999_999, "N99999Q"
NDJSON = "application/x-ndjson"


@dataclass
class Answer:
    """What a door has said."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Walk:
    """One user, his browser, his luck, and what he was told that is not so."""

    world: World
    truth: Truth
    reader: Reader
    client: Client
    luck: random.Random
    now: datetime
    differences: list[str] = field(default_factory=list)
    asked: int = 0

    def moment(self) -> datetime | None:
        """Return one of the moments at which the city was looked at, or None for now."""
        return self.luck.choice([None, *self.world.moments])

    def about(self, at: datetime | None) -> datetime:
        """Return the moment itself."""
        return at or self.now

    def any_of(self, kind: str, at: datetime | None) -> dict[str, Any]:
        """Return any row of a kind at a moment (now, if there was none then), whoever may see it."""
        rows = self.truth.rows(kind, self.about(at)) or self.truth.rows(kind, self.now)
        return self.luck.choice(list(rows.values()))

    def get(self, path: str, *, at: datetime | None = None, scan: bool = True, **query: Any) -> Answer:
        """Ask a door, and look for words in the answer that the user must not be told."""
        asked = {name: value for name, value in query.items() if value is not None}
        if at is not None:
            asked["at"] = at.isoformat()
        response = self.client.get(path, asked)
        answer = Answer(response.status_code, response.getvalue(), dict(response.headers))
        if scan:
            self.scan(answer.body, f"{path} {asked}", at)
        return answer

    def post(self, path: str, body: bytes, *, at: datetime | None, content_type: str) -> Answer:
        """Send a file to a door; what it answers is for the caller to `scan`."""
        query = "" if at is None else f"?at={quote(at.isoformat())}"
        response = self.client.post(path + query, body, content_type=content_type)
        return Answer(response.status_code, response.getvalue(), dict(response.headers))

    def scan(self, body: bytes, asked: str, at: datetime | None, *, then: Iterable[datetime | None] = ()) -> None:
        """Note every word in a body that the user must not be told, unless he has said it himself.

        ``then`` are the other moments that the body tells of, None for now: a former address is told as it was last.
        """
        self.asked += 1
        text = body.decode("utf-8", "ignore")
        asked_text = unquote(asked)
        told = {word for word in self._secrets(at) if word in text and word not in asked_text}
        for moment in then if told else ():
            told &= set(self._secrets(moment))
        self.differences += [f"{asked}: tells {word}" for word in sorted(told)]

    def _secrets(self, at: datetime | None) -> list[str]:
        kept: dict[datetime | None, list[str]] = self.__dict__.setdefault("_kept", {})
        if at not in kept:
            kept[at] = self.reader.secrets(self.about(at), now=at is None)
        return kept[at]

    def same(self, what: str, answered: Any, truth: Any) -> None:
        """Note when what was told is not so."""
        if answered != truth:
            self.differences.append(f"{what}: told {_cut(answered, truth)}, but it is {_cut(truth, answered)}")

    def holds(self, what: str, *, whether: bool) -> None:
        """Note when something that must hold does not."""
        if not whether:
            self.differences.append(f"{what}: is not so")

    def opens(self, answer: Answer, *, allowed: bool, what: str) -> bool:
        """Note when a door opens to who has not the permission, or not to who has; return whether it opened."""
        self.same(f"{what} status", answer.status, 200 if allowed else 403)
        return answer.status == 200

    def hidden(self, what: str, path: str, answer: Answer, missing: str, names: tuple[Any, Any], **query: Any) -> None:
        """Note when a hidden thing does not answer just as one that does not exist."""
        other = self.get(missing, **query)
        self.same(f"{what} hidden status", (answer.status, other.status), (404, 404))
        self.same(f"{what} hidden body", _without(answer.body, names[0]), _without(other.body, names[1]))

    def pages(self, path: str, *, at: datetime | None, **query: Any) -> list[dict[str, Any]] | None:
        """Return all rows of a list, page by page; None when the user may not read it."""
        found: list[dict[str, Any]] = []
        limit = self.luck.choice([7, 100, 100, 500])
        answer = self.get(path, at=at, limit=limit, **query)
        if not self.opens(answer, allowed=not self.reader.nobody and (limit <= 100 or self.reader.exports), what=path):
            return None
        while True:
            page = answer.json
            found += page["results"]
            if page["next"] is None:
                return found
            response = self.client.get(page["next"])
            answer = Answer(response.status_code, response.getvalue(), {})
            self.scan(answer.body, f"{page['next']} {query}", at)


def ids(rows: Iterable[Mapping[str, Any]], key: str = "id") -> list[int]:
    """Return the ids of rows, in order."""
    return sorted(row[key] for row in rows)


def _cut(value: Any, other: Any) -> str:
    if isinstance(value, list | set) and isinstance(other, list | set) and len(value) > 6:
        return f"{sorted(set(map(str, value)) - set(map(str, other)))[:8]} of {len(value)}"
    return str(value)[:300]


def _without(body: bytes, name: Any) -> str:
    return re.sub(rf"(?<=[/ ]){name}\b", "…", body.decode())
