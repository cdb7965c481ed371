"""An answer on its way from Django to a client."""

from dataclasses import dataclass
from pathlib import Path

Headers = list[tuple[str, str]]

# Headers of an answer that stays open (of the GRIP protocol), and the channel on which everything is heard.
HOLD, CHANNEL = "grip-hold", "grip-channel"
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body; a body on disk is ``passing`` when it was made for this answer only."""

    status: int
    headers: Headers
    body: bytes | Path
    passing: bool = False

    def header(self, name: str) -> str | None:
        """Return the value of a header, its name in lower case."""
        return next((value for known, value in self.headers if known.lower() == name), None)
