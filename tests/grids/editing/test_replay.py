"""Lists of commands on a base, in whatever order neighbours arrive."""

from itertools import permutations

from grids.editing.refusals import Code
from grids.editing.replay import replay
from grids.editing.verbs.merge import Merge
from grids.editing.verbs.split import Split
from tests.drawing import drawn, line, seen
from tests.partitions import jittered
from tests.verbs import commute

CROOKED = jittered(4, 3, seed=7)


def test_commands_follow_each_other():
    commands = [Split("A", "n", line((2, 0), (2, 1))), Merge(("n", "B"), "B")]

    assert seen(replay(drawn("AAAB"), commands).coverage) == "AABB"


def test_the_first_that_no_longer_goes_is_named():
    commands = [Merge(("A", "B"), "A"), Merge(("B", "C"), "C")]

    result = replay(drawn("ABC"), commands)

    assert (result.failure.number, result.failure.refusal.code) == (1, Code.UNKNOWN_GRID)


def test_neighbours_who_cut_the_same_edge_commute():
    border = [edge for edge in CROOKED["001001"].edges if edge[::-1] in CROOKED["001002"].edges]
    (ax, ay), (bx, by) = max(border, key=lambda edge: abs(edge[0][1] - edge[1][1]))
    third, half = [((ax + (bx - ax) * share) / 1000, (ay + (by - ay) * share) / 1000) for share in (0.377, 0.519)]
    cuts = [
        Split("001001", "n1", ((third[0] + 4, third[1]), (third[0] - 400, third[1] + 30))),
        Split("001002", "n2", ((half[0] - 4, half[1]), (half[0] + 400, half[1] - 30))),
    ]
    exact = [cut.exact(cut.step(CROOKED)) for cut in cuts]

    results = {replay(CROOKED, order).coverage.digest() for order in permutations(exact)}

    assert len(results) == 1
    assert replay(CROOKED, exact).failure is None


def test_two_cuts_of_one_grid_commute_when_they_do_not_meet():
    cuts = [Split("A", "n", line((1, 0), (1, 1))), Split("A", "m", line((3, 0), (3, 1)))]
    exact = [cut.exact(cut.step(drawn("AAAA"))) for cut in cuts]

    assert commute(drawn("AAAA"), exact[:1], exact[1:])


def test_two_cuts_that_cross_contradict_each_other():
    cuts = [Split("A", "n", line((0, 0.5), (2, 0.6))), Split("A", "m", line((1, 0), (1.1, 1)))]

    assert not commute(drawn("AA"), cuts[:1], cuts[1:])


def test_a_merge_and_a_cut_of_the_grid_that_goes_contradict_each_other():
    assert not commute(drawn("AAB"), [Merge(("A", "B"), "B")], [Split("A", "n", line((1, 0), (1, 1)))])
