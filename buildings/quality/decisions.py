"""Deciding that cases of the quality work list are right as they are, and taking that back."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import DateTimeField, Func, QuerySet, Value

from buildings.models import QualityDecision
from buildings.quality.cases import communities_asked, those
from gisserver.common.access.roles import Permission
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.db.validity import since
from gisserver.common.errors import Conflict, Invalid
from gisserver.common.sentences import Sentence


@transaction.atomic
def see_right(*, user: User, kind: str, ids: Sequence[int], reason: str) -> None:
    """Decide that the cases of these targets are right, all of them or none; one that says otherwise later is open.

    Raises Conflict ``no_such_case`` for one that is not there, or not where the user may edit registers;
    ``already_decided`` where somebody has; Invalid ``no_reason``.
    """
    _demand_reason(reason)
    now = take_turn("quality", kind)
    cases = those(kind, communities_asked(user, None, Permission.EDIT_REGISTERS), ids)
    _demand_all(ids, [case.id for case in cases])
    decided = [case.id for case in cases if case.decision is not None]
    if decided:
        raise Conflict("already_decided", "Somebody has seen these already.", cases=decided[:100])
    # What was decided when a case said otherwise holds no longer.
    former = QualityDecision.objects.filter(kind=kind, target_id__in=ids, valid__upper_inf=True)
    _end(former, now, user, reason)
    QualityDecision.objects.bulk_create(
        QualityDecision(
            kind=kind, target_id=case.id, detail=case.detail, reason=reason, decided_by=user, valid=since(now)
        )
        for case in cases
    )


@transaction.atomic
def open_again(*, user: User, kind: str, ids: Sequence[int], reason: str) -> None:
    """Take back the decisions on the cases of these targets, all of them or none; they are open again.

    Raises as `see_right`, and Conflict ``not_decided`` where nobody has decided.
    """
    _demand_reason(reason)
    now = take_turn("quality", kind)
    cases = those(kind, communities_asked(user, None, Permission.EDIT_REGISTERS), ids)
    _demand_all(ids, [case.id for case in cases])
    undecided = [case.id for case in cases if case.decision is None]
    if undecided:
        raise Conflict("not_decided", "Nobody has decided these.", cases=undecided[:100])
    held = QualityDecision.objects.filter(pk__in=[case.decision.pk for case in cases if case.decision])
    _end(held, now, user, reason)


def _end(rows: QuerySet[QualityDecision], now: datetime, user: User, reason: str) -> None:
    until = Func("valid", function="lower", output_field=DateTimeField())
    rows.update(valid=Func(until, Value(now), function="tstzrange"), ended_by=user, ended_reason=reason)


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("no_reason", "Say why.")


def _demand_all(ids: Sequence[int], found: Sequence[int]) -> None:
    missing = sorted(set(ids) - set(found))
    if missing:
        raise Conflict(
            "no_such_case",
            Sentence("{count} of these are no cases now where you may edit registers.", count=len(missing)),
            cases=missing[:100],
        )
