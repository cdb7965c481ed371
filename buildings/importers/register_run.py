"""One import of a household register: its event, its source and moment, and until when its news can hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from buildings.importers.events import REASON
from buildings.models import EventKind, LifecycleEvent, RegisterRun
from gisserver.common.db.clock import database_now

REGISTER = "households"


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """A register that tells everybody of its source in ``communities`` (ids; none: anywhere): whom it lacks, has left.

    More missing ones than ``at_most`` (a share) are a question; ``confirmed`` answers it with their number.
    """

    communities: Sequence[int] = ()
    at_most: float = 0.05
    confirmed: int | None = None


@dataclass(kw_only=True)
class Run:
    """An import while it is carried out."""

    source: str
    moment: datetime
    now: datetime
    full: Full | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @cached_property
    def event(self) -> LifecycleEvent:
        """The one event of all that the import does; it begins when something is written."""
        now = database_now()
        return LifecycleEvent.objects.create(
            kind=EventKind.IMPORT,
            effective_at=min(self.moment, now),
            recorded_at=now,
            reason=str(REASON),
            source=self.source,
        )

    @property
    def has_written(self) -> bool:
        """Whether anything bears the event."""
        return "event" in vars(self)

    def until(self) -> datetime | None:
        """Return the moment of the next full register that is known: of then it has told what holds from then on.

        Without it, late news would take back what the later register has confirmed by saying the same again.
        """
        full = Q(full=True, register=REGISTER, source=self.source, moment__gt=self.moment, event__reverted_by=None)
        runs: QuerySet[RegisterRun] = RegisterRun.objects.filter(full)
        mine = set(self.full.communities) if self.full else set()
        moments = [
            run.moment
            for run in runs.order_by("moment")
            if not run.communities or (mine and mine <= set(run.communities))
        ]
        return moments[0] if moments else None

    def record(self, counts: Mapping[str, Any]) -> None:
        """Keep the import itself, if it did anything, or told that nothing has changed."""
        if self.full is None and not self.has_written:
            return
        RegisterRun.objects.create(
            event=self.event,
            register=REGISTER,
            source=self.source,
            moment=self.moment,
            full=self.full is not None,
            communities=list(self.full.communities) if self.full else [],
            counts=dict(counts),
        )
