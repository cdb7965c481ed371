"""Since when and until when a row holds, beside what is known of the same thing: what has been stays. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gisserver.common.sentences import Sentence

_EARLIER = "effective_before_last_change"


@dataclass(frozen=True, slots=True)
class Span:
    """A row that is known: what it says, and since when and until when it holds (None: no end)."""

    id: int
    words: Any
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Begin:
    """What to write: end ``ending`` (an id) at the moment, and let what is said hold until ``until``."""

    ending: int | None
    until: datetime | None


class TooLate(ValueError):
    """What is said contradicts what has begun, or ended, since."""

    code = _EARLIER

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def placed(known: Sequence[Span], words: Any, *, moment: datetime, now: datetime) -> Begin | None:
    """Return how ``words`` begin to hold at ``moment``, up to the next that is known; None when they hold already.

    Raises TooLate when something else began at the moment, or held then and has ended since: what has been stays as
    it was told (law 4). What is planned for later stays as well.
    """
    held = next((s for s in known if s.since <= moment and (s.until is None or moment < s.until)), None)
    if held is None:
        return Begin(None, min((s.since for s in known if s.since > moment), default=None))
    if held.words == words:
        return None
    if held.since == moment or (held.until is not None and held.until <= now):
        told = held.since if held.since == moment else held.until
        raise TooLate(
            Sentence("Something else is known since {told:%Y-%m-%d %H:%M:%S%z}; a change comes after it.", told=told)
        )
    return Begin(held.id, held.until)
