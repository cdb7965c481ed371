"""Proposing: a draft that brings the grids of communities to about equal load, moving as little as possible."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from gisserver.common.db.clock import database_now
from gisserver.common.errors import Invalid, Refused
from gisserver.common.sentences import Sentence, together
from grids.balancing.balance import Balanced, balance, without_floors
from grids.balancing.compactness import FLOOR
from grids.balancing.problem import Problem, problem_of
from grids.editing.refusals import Code
from grids.editing.rules import RECORDED, Rules
from grids.models import GridKind, Redraw, RedrawCommand
from grids.redraws.commands.services import create_redraw, draft_again, editable
from grids.redraws.draft.community_draft import Sheet, take_new
from grids.redraws.proposals.assets import Standing, checked_measure, counted_of, sheets_of, standing_on
from grids.redraws.proposals.proposal import Proposed
from grids.redraws.storage.errors import refuse
from grids.selectors import division_by_code

TOLERANCES = (0.01, 1.0)
COMPACTEST = 0.6


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made equal, how nearly (0.1: within ±10 % of the mean), and which grids are not to be touched.

    ``include`` names grids that take part though they are special, or empty and so left out. No grid gets less compact
    (`grids.balancing.compactness`) than ``compactness``, or than it is if that is less.
    """

    measure: str = "households"
    tolerance: float = 0.10
    locked: tuple[str, ...] = ()
    special: bool = False
    include: tuple[str, ...] = ()
    compactness: float = FLOOR


@transaction.atomic
def propose(
    *, user: User, title: str, reason: str, communities: Sequence[str], wish: Wish
) -> tuple[Redraw, dict[str, Any]]:
    """Make a draft that balances each community for itself; return it with a summary.

    Raises what `grids.redraws.commands.services.create_redraw` does, Refused ``already_balanced`` when nothing need
    be done, ``nothing_to_balance`` and ``cannot_balance`` when nothing can be.
    """
    _check(wish)
    redraw = create_redraw(user=user, title=title, reason=reason, communities=communities)
    return redraw, _fill(redraw, user, wish, list(redraw.communities.values_list("pk", flat=True)))


@transaction.atomic
def propose_into(*, user: User, redraw_id: int, communities: Sequence[str], wish: Wish) -> dict[str, Any]:
    """Add commands to a draft that balance it as it is drawn now: all its communities, or those named.

    Raises as `propose` does, and as adding a command.
    """
    _check(wish)
    redraw = editable(user, redraw_id)
    ids = list(redraw.communities.values_list("pk", flat=True))
    wanted = [division_by_code(user=user, code=code).division_id for code in dict.fromkeys(communities)]
    if not set(wanted) <= set(ids):
        raise Refused("not_in_redraw", "The redraw is not about this community.")
    summary = _fill(redraw, user, wish, wanted or ids)
    draft_again(redraw)
    return summary


def _check(wish: Wish) -> None:
    checked_measure(wish.measure)
    if not TOLERANCES[0] <= wish.tolerance <= TOLERANCES[1]:
        raise Invalid(
            "bad_tolerance",
            Sentence(
                "tolerance must be from {least} to {most}: 0.1 is ±10 %.",
                least=TOLERANCES[0],
                most=TOLERANCES[1],
            ),
        )
    if not 0 <= wish.compactness <= COMPACTEST:
        raise Invalid(
            "bad_compactness",
            Sentence(
                "compactness must be from 0 to {compactest}: 0 for any shape, 0.79 is a square.", compactest=COMPACTEST
            ),
        )
    both = sorted(set(wish.locked) & set(wish.include))
    if both:
        raise Invalid(
            "locked_and_included", Sentence("{both} is both locked and included.", both=both[0]), grid=both[0]
        )


def _fill(redraw: Redraw, user: User, wish: Wish, community_ids: Sequence[int]) -> dict[str, Any]:
    """Write the commands and return the summary; raises Refused when there would be none."""
    sheets = sorted(sheets_of(redraw, community_ids).values(), key=lambda sheet: sheet.code)
    _refuse_unknown({*wish.locked, *wish.include}, {key for sheet in sheets for key in sheet.coverage})
    act = partial(RedrawCommand, redraw=redraw, author=user, created_at=database_now())
    answers = [_balance(redraw, user, wish, sheet, act) for sheet in sheets]
    if not any(answer["commands"] for answer in answers):
        raise _nothing(answers)
    return {
        "measure": wish.measure,
        "tolerance": wish.tolerance,
        "reached": all(answer["reached"] for answer in answers),
        "message": together(_messages(answers)) or None,
        "moved": sum(answer["moved"] for answer in answers),
        "commands": sum(answer["commands"] for answer in answers),
        "communities": answers,
    }


def _refuse_unknown(named: Collection[str], known: set[str]) -> None:
    unknown = sorted(set(named) - known)
    if unknown:
        raise refuse(Code.UNKNOWN_GRID, grid=unknown[0])


def _messages(answers: Sequence[dict[str, Any]]) -> list[Sentence]:
    return [answer["message"] for answer in answers if answer["message"]]


def _nothing(answers: Sequence[dict[str, Any]]) -> Refused:
    told = {"communities": answers}
    if all(answer["reached"] for answer in answers) and any(_can_be_balanced(answer) for answer in answers):
        return Refused("already_balanced", "The grids are within the tolerance already.", **told)
    if not any(_can_be_balanced(answer) for answer in answers):
        detail = Sentence("There is nothing to balance: no load, or fewer than two free grids.")
        return Refused("nothing_to_balance", detail, **told)
    detail = together([Sentence("Nothing better was found within the rules."), *_messages(answers)])
    return Refused("cannot_balance", detail, **told)


def _can_be_balanced(answer: dict[str, Any]) -> bool:
    return bool(answer["mean"]) and sum(row["role"] == "free" for row in answer["grids"]) > 1


def _balance(redraw: Redraw, user: User, wish: Wish, sheet: Sheet, act: Callable[..., RedrawCommand]) -> dict[str, Any]:
    """Write the commands of one community and return its part of the summary."""
    kinds = {GridKind.BASE, GridKind.SPECIAL} if wish.special else {GridKind.BASE}
    asked = {key for key in sheet.coverage if sheet.traits[key].kind in kinds or key in wish.include}
    standing = standing_on(user, sheet, only=asked - set(wish.locked))
    loads = standing.loads_in(sheet.coverage, wish.measure)
    taken_in = counted_of(sheet, loads, asked) | set(wish.include)
    free = taken_in - set(wish.locked)
    mean = sum(loads[key] for key in taken_in) / max(len(taken_in), 1)
    problem = problem_of(
        standing.atoms,
        standing.weights(wish.measure),
        free=free,
        tolerance=wish.tolerance,
        mean=mean,
        compactness=wish.compactness,
    )
    after, plan, unbound = sheet, Balanced((), problem.home), None
    if problem.violation and len(free) > 1:
        nearest = problem.attainable(wish.tolerance)
        after, plan = _carried(redraw, act, standing, nearest, free)
        unbound = without_floors(nearest) if problem.violation_of(plan.owner) else None
    roles = {key: _role(sheet, key, free, asked, wish) for key in sheet.coverage}
    return Proposed(
        standing, problem, after, plan, wish.measure, roles, mean, wish.tolerance, wish.compactness, unbound
    ).summary()


def _role(sheet: Sheet, key: str, free: set[str], asked: set[str], wish: Wish) -> str:
    if key in free:
        return "free"
    if key in wish.locked:
        return "locked"
    return "left_out" if key in asked else str(sheet.traits[key].kind)


def _carried(
    redraw: Redraw, act: Callable[..., RedrawCommand], standing: Standing, problem: Problem, free: set[str]
) -> tuple[Sheet, Balanced]:
    """Write the transfers of the best plan; return the sheet after them, and the plan."""
    sheet = standing.sheet
    rules = Rules(locked=frozenset(sheet.coverage) - free)
    plan = balance(sheet.coverage, standing.atoms, problem, rules)
    number = redraw.commands.aggregate(last=Max("number"))["last"] or 0
    rows = []
    for command in plan.commands:
        taken = take_new(sheet, command, RECORDED)
        sheet, number, arguments = taken.sheet, number + 1, taken.exact.to_json()
        verb = arguments.pop("verb")
        rows.append(act(number=number, verb=verb, arguments=arguments, community_id=sheet.community_id))
    RedrawCommand.objects.bulk_create(rows)
    return sheet, plan
