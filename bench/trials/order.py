"""Does the order of arrival decide? The published redraws again, in other orders, byte for byte."""

import random

from bench.trials.district import District
from bench.trials.judging import Judge
from bench.trials.truth import first_drafts, in_force, published
from grids.models import Redraw
from grids.redraws.draft.community_draft import CommunityDraft, Numbered, replayed, take
from grids.redraws.storage.loading import load_drafts

ORDERS = 50


def judge_orders(judge: Judge, made: District, *, seed: int) -> None:
    """Replay the log as it is, and in orders that change nothing but who of two strangers came first."""
    start, redraws = first_drafts(made), published()
    logs = {redraw.pk: in_force(list(redraw.commands.filter(undone_at=None))) for redraw in redraws}
    order = [redraw.pk for redraw in redraws]
    stored = {key: draft.coverage.digest() for key, draft in load_drafts(list(start)).items()}
    judge.that(
        _digests(start, order, logs) == stored,
        f"the log of {len(order)} redraws, replayed, gives what is stored, byte for byte",
    )
    changed = _changed_grids(start, redraws, logs)
    rng, different, swapped = random.Random(seed), 0, 0
    for _ in range(ORDERS):
        other = shuffled(order, changed, rng)
        swapped += other != order
        different += _digests(start, other, logs) != stored
    judge.that(swapped and not different, f"so do {swapped} other orders of redraws that change no common grid")


def _digests(
    start: dict[int, CommunityDraft], order: list[int], logs: dict[int, list[Numbered]]
) -> dict[int, str] | None:
    now = dict(start)
    for number in order:
        after, failure = replayed(now, logs[number])
        if failure is not None:
            return None
        now = dict(after)
    return {key: draft.coverage.digest() for key, draft in now.items()}


def _changed_grids(
    start: dict[int, CommunityDraft], redraws: list[Redraw], logs: dict[int, list[Numbered]]
) -> dict[int, set[str]]:
    """Return for each redraw the grids that it names or whose area it changes, not those that only get a vertex."""
    now, changed = dict(start), {}
    for redraw in redraws:
        changed[redraw.pk] = set[str]()
        for numbered in logs[redraw.pk]:
            draft = now[numbered.community_id]
            after = take(draft, numbered.command).draft
            changed[redraw.pk] |= {*numbered.command.grids_named, *_moved(draft, after)}
            now[numbered.community_id] = after
    return changed


def _moved(before: CommunityDraft, after: CommunityDraft) -> set[str]:
    """Return the grids whose area differs; of the others only vertices do."""
    old, new = before.coverage, after.coverage
    keys = {key for key in {*old.keys, *new.keys} if old.get(key) != new.get(key)}
    return {key for key in keys if key not in old or key not in new or old[key].double_area != new[key].double_area}


def shuffled(order: list[int], grids: dict[int, set[str]], rng: random.Random) -> list[int]:
    """Return another order in which all that have a grid in common keep theirs."""
    left, found = list(order), []
    while left:
        free = [
            number for n, number in enumerate(left) if not any(grids[number] & grids[earlier] for earlier in left[:n])
        ]
        chosen = rng.choice(free)
        left.remove(chosen)
        found.append(chosen)
    return found
