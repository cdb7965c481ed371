"""How time counts: until when a state must be left, and what is due to be told of it.

The clock stands still while an incident is suspended; what was left of its time then is left when it goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Notice(StrEnum):
    """What is told of an incident, in the order in which it comes to that."""

    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    HANDOVER = "handover"  # a redraw has given it to another grid


@dataclass(frozen=True, slots=True)
class Term:
    """Until when a state must be left, when that is remembered before, and when it is told to others after."""

    due_at: datetime
    remind_at: datetime | None = None
    escalate_at: datetime | None = None

    def moved(self, by: timedelta) -> "Term":
        """Return the term, all of it ``by`` later."""
        later = [moment and moment + by for moment in (self.remind_at, self.escalate_at)]
        return Term(self.due_at + by, *later)


def term(since: datetime, *, minutes: int, remind_before: int | None, escalate_after: int | None) -> Term:
    """Return the term of a state entered at ``since`` that must be left within ``minutes``."""
    due_at = since + timedelta(minutes=minutes)
    return Term(
        due_at,
        None if remind_before is None else due_at - timedelta(minutes=remind_before),
        None if escalate_after is None else due_at + timedelta(minutes=escalate_after),
    )


def resumed(former: Term | None, *, suspended_at: datetime, resumed_at: datetime) -> Term | None:
    """Return the term of a state that goes on after a suspension: as much is left as was left then."""
    return former and former.moved(resumed_at - suspended_at)


def notices_due(due: Term, now: datetime) -> Iterator[Notice]:
    """Yield what must have been told by ``now``; of a term that is over nobody is reminded any more."""
    if due.remind_at is not None and due.remind_at <= now < due.due_at:
        yield Notice.REMINDER
    if due.due_at <= now:
        yield Notice.OVERDUE
    if due.escalate_at is not None and due.escalate_at <= now:
        yield Notice.ESCALATION
