"""An answer on its way from Django to a client."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gisserver.common.observation import HEADER

Headers = list[tuple[str, str]]

# Headers of an answer that stays open (of the GRIP protocol), and the channel on which everything is heard.
HOLD, CHANNEL = "grip-hold", "grip-channel"
EVERYTHING = "*"
# The other kind of answer that stays open, the feed of changes; the header says how far it has been told, and to whom.
CHANGES, NEWS = "changes", "x-gisserver-news"
# What Django tells the log of a request.
LOG = HEADER.lower()
# Headers that Django writes for the front begin so, in lower case; no client sees them.
INTERNAL = ("x-gisserver-", "grip-")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body; a body on disk is ``passing`` when it was made for this answer only.

    ``own`` is what Django tells the front, by names in lower case; ``is_outdated`` when it has been loaded anew since.
    """

    status: int
    headers: Headers
    body: bytes | Path
    passing: bool = False
    own: Mapping[str, str] = field(default_factory=dict)
    is_outdated: bool = False

    def header(self, name: str) -> str | None:
        """Return the value of a header, its name in lower case."""
        return next((value for known, value in self.headers if known.lower() == name), None)


def answer_of(status: int, told: Iterable[Sequence[str]], body: bytes | Path, *, passing: bool = False) -> Answer:
    """Return what a worker has answered; what it tells the front stands apart from the headers."""
    headers: Headers = []
    own: dict[str, str] = {}
    for name, value in told:
        if name.lower().startswith(INTERNAL):
            own[name.lower()] = value
        else:
            headers.append((name, value))
    return Answer(status, headers, body, passing, own)
