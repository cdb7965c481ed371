"""The version of a redraw as an ETag, checked against If-Match; and what has changed since an earlier version."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from gisserver.common.errors import Stale
from grids.models import Redraw
from grids.redraws.storage.permissions import locked_redraw

Answer = TypeVar("Answer")
_TAG = re.compile(r"(\d{1,18})-(\d{1,9})-(\d{1,18})-([a-z_]{1,20})")


@dataclass(frozen=True, slots=True)
class Version:
    """The last command, the last log entry and the status of a redraw: every change of it changes one of these."""

    redraw: int
    command: int
    event: int
    status: str

    def __str__(self) -> str:
        return f"{self.redraw}-{self.command}-{self.event}-{self.status}"


def version_of(redraw: Redraw) -> Version:
    """Return the version of a redraw now."""
    command = redraw.commands.aggregate(last=Max("number"))["last"] or 0
    event = redraw.events.aggregate(last=Max("pk"))["last"] or 0
    return Version(redraw.pk, command, event, redraw.status)


def _read(tag: str) -> Version | None:
    match = _TAG.fullmatch(tag)
    return None if match is None else Version(int(match[1]), int(match[2]), int(match[3]), match[4])


def unless_stale(*, user: User, redraw_id: int, wanted: list[str] | None, act: Callable[[], Answer]) -> Answer:
    """Run ``act`` if the redraw's version is one of ``wanted`` (``*``: any; None: not checked).

    The redraw stays locked until ``act`` is committed. Raises NotFound, or Stale
    ``stale_version`` with the current version and what has come since the one that was wanted.
    """
    if wanted is None:
        return act()
    with transaction.atomic():
        redraw = locked_redraw(user, redraw_id)
        current = version_of(redraw)
        if "*" not in wanted and str(current) not in wanted:
            raise _stale(redraw, current, wanted)
        return act()


def _stale(redraw: Redraw, current: Version, wanted: list[str]) -> Stale:
    seen = next((version for version in map(_read, wanted) if version and version.redraw == redraw.pk), None)
    return Stale(
        "stale_version",
        "The redraw has changed since you looked; read it again.",
        version=str(current),
        since=_since(redraw, seen or Version(redraw.pk, 0, 0, "")),
    )


def _since(redraw: Redraw, seen: Version) -> list[dict[str, Any]]:
    """Return the commands and steps that came after a version, in order of time."""
    commands = redraw.commands.filter(number__gt=seen.command).select_related("author")
    events = redraw.events.filter(pk__gt=seen.event).select_related("author")
    came: list[dict[str, Any]] = [
        {"command": row.number, "verb": row.verb, "author": row.author.get_username(), "at": row.created_at}
        for row in commands
    ]
    came += [
        {"action": row.action, "command": row.command, "author": row.author.get_username(), "at": row.created_at}
        for row in events
    ]
    came.sort(key=lambda each: each["at"])
    return [{**each, "at": timezone.localtime(each["at"]).isoformat()} for each in came]
