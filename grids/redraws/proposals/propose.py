"""Proposals: drafts that bring the grids of communities to about equal load, moving as little as possible."""

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
from grids.redraws.draft.community_draft import CommunityDraft, take_new
from grids.redraws.proposals.assets import Assets, assets_on, checked_measure, counted_of, drafts_of
from grids.redraws.proposals.proposal import Proposed
from grids.redraws.storage.errors import refuse
from grids.selectors import division_by_code

TOLERANCES = (0.01, 1.0)
COMPACTEST = 0.6


@dataclass(frozen=True, slots=True)
class Goal:
    """The measure to balance, the tolerance (0.1: within ±10 % of the mean), and the grids that must not change.

    ``include`` names grids that take part although they are special or nearly empty. No grid gets less compact
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
    *, user: User, title: str, reason: str, communities: Sequence[str], goal: Goal
) -> tuple[Redraw, dict[str, Any]]:
    """Make a draft that balances each community by itself; return it with a summary.

    Raises what `grids.redraws.commands.services.create_redraw` does, Refused ``already_balanced`` when nothing need
    change, ``nothing_to_balance`` or ``cannot_balance`` when nothing can.
    """
    _check(goal)
    redraw = create_redraw(user=user, title=title, reason=reason, communities=communities)
    return redraw, _fill(redraw, user, goal, list(redraw.communities.values_list("pk", flat=True)))


@transaction.atomic
def propose_into(*, user: User, redraw_id: int, communities: Sequence[str], goal: Goal) -> dict[str, Any]:
    """Add commands to a draft that balance it in its present state: all its communities, or those named.

    Raises as `propose` does, and as adding a command.
    """
    _check(goal)
    redraw = editable(user, redraw_id)
    ids = list(redraw.communities.values_list("pk", flat=True))
    wanted = [division_by_code(user=user, code=code).division_id for code in dict.fromkeys(communities)]
    if not set(wanted) <= set(ids):
        raise Refused("not_in_redraw", "The redraw is not about this community.")
    summary = _fill(redraw, user, goal, wanted or ids)
    draft_again(redraw)
    return summary


def _check(goal: Goal) -> None:
    checked_measure(goal.measure)
    if not TOLERANCES[0] <= goal.tolerance <= TOLERANCES[1]:
        raise Invalid(
            "bad_tolerance",
            Sentence(
                "tolerance must be from {least} to {most}: 0.1 is ±10 %.",
                least=TOLERANCES[0],
                most=TOLERANCES[1],
            ),
        )
    if not 0 <= goal.compactness <= COMPACTEST:
        raise Invalid(
            "bad_compactness",
            Sentence(
                "compactness must be from 0 to {compactest}: 0 for any shape, 0.79 is a square.", compactest=COMPACTEST
            ),
        )
    both = sorted(set(goal.locked) & set(goal.include))
    if both:
        raise Invalid(
            "locked_and_included", Sentence("{both} is both locked and included.", both=both[0]), grid=both[0]
        )


def _fill(redraw: Redraw, user: User, goal: Goal, community_ids: Sequence[int]) -> dict[str, Any]:
    """Save the commands and return the summary; raises Refused when there would be none."""
    drafts = sorted(drafts_of(redraw, community_ids).values(), key=lambda draft: draft.code)
    _refuse_unknown({*goal.locked, *goal.include}, {key for draft in drafts for key in draft.coverage})
    act = partial(RedrawCommand, redraw=redraw, author=user, created_at=database_now())
    answers = [_balance(redraw, user, goal, draft, act) for draft in drafts]
    if not any(answer["commands"] for answer in answers):
        raise _nothing(answers)
    return {
        "measure": goal.measure,
        "tolerance": goal.tolerance,
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
    data = {"communities": answers}
    if all(answer["reached"] for answer in answers) and any(_can_be_balanced(answer) for answer in answers):
        return Refused("already_balanced", "The grids are within the tolerance already.", **data)
    if not any(_can_be_balanced(answer) for answer in answers):
        detail = Sentence("There is nothing to balance: no load, or fewer than two free grids.")
        return Refused("nothing_to_balance", detail, **data)
    detail = together([Sentence("Nothing better was found within the rules."), *_messages(answers)])
    return Refused("cannot_balance", detail, **data)


def _can_be_balanced(answer: dict[str, Any]) -> bool:
    return bool(answer["mean"]) and sum(row["role"] == "free" for row in answer["grids"]) > 1


def _balance(
    redraw: Redraw, user: User, goal: Goal, draft: CommunityDraft, act: Callable[..., RedrawCommand]
) -> dict[str, Any]:
    """Save the commands of one community and return its part of the summary."""
    kinds = {GridKind.BASE, GridKind.SPECIAL} if goal.special else {GridKind.BASE}
    asked = {key for key in draft.coverage if draft.attributes[key].kind in kinds or key in goal.include}
    assets = assets_on(user, draft, only=asked - set(goal.locked))
    loads = assets.loads_in(draft.coverage, goal.measure)
    counting = counted_of(draft, loads, asked) | set(goal.include)
    free = counting - set(goal.locked)
    mean = sum(loads[key] for key in counting) / max(len(counting), 1)
    problem = problem_of(
        assets.basic_units,
        assets.weights(goal.measure),
        free=free,
        tolerance=goal.tolerance,
        mean=mean,
        compactness=goal.compactness,
    )
    after, plan, unbound = draft, Balanced((), problem.home), None
    if problem.violation and len(free) > 1:
        nearest = problem.attainable(goal.tolerance)
        after, plan = _carried(redraw, act, assets, nearest, free)
        unbound = without_floors(nearest) if problem.violation_of(plan.owner) else None
    roles = {key: _role(draft, key, free, asked, goal) for key in draft.coverage}
    return Proposed(
        assets, problem, after, plan, goal.measure, roles, mean, goal.tolerance, goal.compactness, unbound
    ).summary()


def _role(draft: CommunityDraft, key: str, free: set[str], asked: set[str], goal: Goal) -> str:
    if key in free:
        return "free"
    if key in goal.locked:
        return "locked"
    return "left_out" if key in asked else str(draft.attributes[key].kind)


def _carried(
    redraw: Redraw, act: Callable[..., RedrawCommand], assets: Assets, problem: Problem, free: set[str]
) -> tuple[CommunityDraft, Balanced]:
    """Save the transfers of the best plan; return the draft after them, and the plan."""
    draft = assets.draft
    rules = Rules(locked=frozenset(draft.coverage) - free)
    plan = balance(draft.coverage, assets.basic_units, problem, rules)
    number = redraw.commands.aggregate(last=Max("number"))["last"] or 0
    rows = []
    for command in plan.commands:
        taken = take_new(draft, command, RECORDED)
        draft, number, arguments = taken.draft, number + 1, taken.exact.to_json()
        verb = arguments.pop("verb")
        rows.append(act(number=number, verb=verb, arguments=arguments, community_id=draft.community_id))
    RedrawCommand.objects.bulk_create(rows)
    return draft, plan
