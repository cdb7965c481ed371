"""Many rows in doubt decided, or taken back: each by itself, as by hand; one that can't be waits on and is told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import OperationalError

from buildings.decisions.decide import Decision, Done, decide, dismiss, take_back
from buildings.lifecycle.history import building_of, visible_part
from buildings.models import ReviewItem, ReviewStatus, Target
from gisserver.common.db.sql import LOCK_TIMEOUT, is_locked
from gisserver.common.errors import Conflict, DomainError, NotFound, Refused
from gisserver.common.sentences import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which candidate of each row is meant (from 1), and what a decision may do besides (`Decision`)."""

    candidate: int
    comment: str = ""
    make_unit: bool = False


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What was done: the rows decided (or that wait again), what they load, and the rows refused, each with why."""

    done: list[int] = field(default_factory=list)
    loads: int = 0
    makes_units: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)

    def each(self, item_ids: Iterable[int], step: Callable[[int], None]) -> "Outcome":
        """Do ``step`` with each row that is not done yet; a refusal is kept beside the others.

        Once one has waited too long for somebody else, the others are refused without waiting as long themselves.
        """
        locked = False
        for item_id in item_ids:
            if item_id in self.done:
                continue
            if locked:
                self.refuse(item_id, *LOCK_TIMEOUT)
                continue
            try:
                step(item_id)
            except DomainError as error:
                self.refuse(item_id, error.code, error.detail)
            except OperationalError as error:
                if not is_locked(error):
                    raise
                locked = True
                self.refuse(item_id, *LOCK_TIMEOUT)
        return self

    def refuse(self, item_id: int, code: str, detail: Sentence) -> None:
        """Note that a row waits on, and why."""
        self.refused.append({"review": item_id, "code": code, "detail": detail})

    def add(self, item_id: int, done: Done) -> None:
        """Note a decision with the rows of the same text that it decided too."""
        self.done += [item_id, *(one.review for one in done.loads if one.review != item_id)]
        self.loads += sum(1 for one in done.loads if one.what is not None)
        self.makes_units += sum(1 for one in done.loads if one.makes_unit)


def decide_many(*, user: User, item_ids: Sequence[int], choice: Choice, dry_run: bool = False) -> Outcome:
    """Let each row mean its candidate of this number; with ``dry_run`` return what that would do.

    A transaction for each, so that no two people who decide many rows wait for each other's buildings in a ring. What
    was decided along with a row of the same text is not decided again.
    """
    outcome = Outcome()

    def step(item_id: int) -> None:
        decision = _decision(user, item_id, choice)
        outcome.add(item_id, decide(user=user, item_id=item_id, decision=decision, dry_run=dry_run))

    return outcome.each(item_ids, step)


def dismiss_many(*, user: User, item_ids: Sequence[int], reason: str, dry_run: bool = False) -> Outcome:
    """Take rows out of the queue undecided, for one reason; with ``dry_run`` return which would be."""
    outcome = Outcome()

    def step(item_id: int) -> None:
        if dry_run:
            _waiting(user, item_id)
        else:
            dismiss(user=user, item_id=item_id, reason=reason)
        outcome.done.append(item_id)

    return outcome.each(item_ids, step)


def take_back_many(*, user: User, item_ids: Sequence[int], reason: str) -> Outcome:
    """Let rows wait again, the one decided last first; those decided along with one come back with it."""
    outcome = Outcome()
    rows = ReviewItem.objects.visible_to(user).filter(pk__in=item_ids)
    decided = rows.exclude(status=ReviewStatus.OPEN).order_by("-decided_at", "-pk").values_list("pk", flat=True)

    def step(item_id: int) -> None:
        if not rows.filter(pk=item_id, status=ReviewStatus.OPEN).exists():
            take_back(user=user, item_id=item_id, reason=reason)
        outcome.done.append(item_id)

    return outcome.each(list(decided), step)


def _waiting(user: User, item_id: int) -> ReviewItem:
    item = ReviewItem.objects.visible_to(user).filter(pk=item_id).first()
    if item is None:
        raise NotFound("no_such_review", Sentence("No row {item_id} waits for you.", item_id=item_id))
    if item.status != ReviewStatus.OPEN:
        raise Conflict("already_decided", "Somebody has decided this row.", decided=item.status)
    return item


def _decision(user: User, item_id: int, choice: Choice) -> Decision:
    candidates = _waiting(user, item_id).candidates
    if choice.candidate > len(candidates):
        raise Refused(
            "no_such_candidate",
            Sentence("The row has {count} candidates, no {number}.", count=len(candidates), number=choice.candidate),
        )
    meant = candidates[choice.candidate - 1]
    target = Target(meant["target"])
    part = visible_part(user, target, meant["id"])
    return Decision(
        target=target,
        target_id=meant["id"],
        building_id=building_of(target, part),
        comment=choice.comment,
        make_unit=choice.make_unit,
    )
