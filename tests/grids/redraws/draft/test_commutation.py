"""Drafts of one partition, published in any order: one partition, byte for byte, or a refusal by name."""

from dataclasses import dataclass
from itertools import permutations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.editing.coverage.checker import violations
from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.shapes import to_polygon
from grids.editing.refusals import EditRefused
from grids.redraws.draft.attribute_commands import Rename
from grids.redraws.draft.community_draft import Attributes, CommunityDraft, Numbered, replayed, take
from grids.redraws.draft.commutation import order_dependence
from tests.partitions import Supervisor, jittered

COMMUNITY = 1
BASE = jittered(4, 3, seed=5)


@dataclass
class Drawn:
    """What somebody has drawn on the base: the commands as the log keeps them."""

    commands: list[Numbered]


def unchanged(coverage: Coverage) -> CommunityDraft:
    attributes = {key: Attributes(number, "", "base", "") for number, key in enumerate(coverage)}
    return CommunityDraft(COMMUNITY, "440310001001", coverage, attributes)


def draft(seed: int, *, commands: int = 2) -> Drawn:
    """Let a supervisor try until some commands have gone; new grids have codes of this supervisor's own."""
    hand, now, taken = Supervisor(seed, start=len(BASE), hostile=0.0), unchanged(BASE), list[Numbered]()
    hand.made = seed % 1000 * 1000
    for _ in range(8 * commands):
        try:
            done = take(now, hand.command(now.coverage))
        except EditRefused:
            continue
        now = done.draft
        taken.append(Numbered(len(taken) + 1, COMMUNITY, done.exact))
        if len(taken) == commands:
            break
    return Drawn(taken)


def published(drawn: tuple[Drawn, ...]) -> tuple[str, list[int]]:
    """Publish drafts one after the other as publishing does; return the digest, and who was refused."""
    base = {COMMUNITY: unchanged(BASE)}
    drafts, done, refused = dict(base), list[list[Numbered]](), list[int]()
    for number, each in enumerate(drawn):
        after, failure = replayed(drafts, each.commands)
        found = order_dependence(base, done, each.commands) if failure is None else None
        if failure is None and found is None:
            drafts = dict(after)
            done.append(each.commands)
        else:
            refused.append(number)
            assert failure.refusal.code if failure else found.numbered in each.commands
    coverage = drafts[COMMUNITY].coverage
    assert violations(coverage.to_polygons(), coverage.frame.polygon) == []
    return coverage.digest(), refused


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=3, unique_by=lambda seed: seed % 1000))
def test_every_order_in_which_all_are_published_gives_one_partition(seeds: list[int]) -> None:
    results = [published(order) for order in permutations([draft(seed) for seed in seeds])]
    assert len({digest for digest, refused in results if not refused}) <= 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 999), st.integers(1000, 1999))
def test_of_two_both_are_published_in_either_order_or_in_none(one: int, two: int) -> None:
    mine, theirs = draft(one), draft(two)
    there, back = published((mine, theirs)), published((theirs, mine))
    assert there == back or (there[1], back[1]) == ([1], [1])


def named(value: str) -> list[Numbered]:
    return [Numbered(1, COMMUNITY, Rename("001001", value))]


def test_two_names_for_one_grid_contradict_each_other():
    """Both go in either order, but the later would overwrite the earlier unseen."""
    base = {COMMUNITY: unchanged(BASE)}
    found = order_dependence(base, [named("甲")], named("乙"))
    assert found is not None
    assert (found.other, found.grids, found.numbered.number) == (0, ("001001",), 1)
    assert shapely.area(found.place) == pytest.approx(shapely.area(to_polygon(BASE["001001"])))


def test_who_is_contradicted_is_named_among_many():
    others = [[Numbered(1, COMMUNITY, Rename(key, "新"))] for key in ("000000", "001001", "002002")]
    found = order_dependence({COMMUNITY: unchanged(BASE)}, others, named("乙"))
    assert found is not None
    assert found.other == 1


def test_different_grids_do_not():
    others = [[Numbered(1, COMMUNITY, Rename("000000", "新"))]]
    assert order_dependence({COMMUNITY: unchanged(BASE)}, others, named("乙")) is None
