"""Which grids a proposal touches: those of the town, those that are named, none with long arms unasked."""

import pytest

from gisserver.common.errors import DomainError, Refused
from grids.models import Division
from grids.redraws.commands.services import create_redraw
from grids.redraws.draft.attribute_commands import SetKind
from grids.redraws.proposals import compound_commands
from grids.redraws.proposals.propose import Goal, propose, propose_into
from tests.factories import community_of
from tests.grids.redraws.proposals.conftest import C, house, households, proposed, supervisor
from tests.redrawing import check_constraints

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def hilly() -> Division:
    """AAAABB and a wide C: a house of twenty households in each cell, but C is a hill with one hut, where one lives."""
    made = community_of("AAAABB" + 10 * "C")
    check_constraints()
    for column in range(6):
        house(column + 0.5, 0.5, households=20)
    house(6.5, 0.5, households=1)
    return made


def test_a_wide_grid_where_hardly_anybody_lives_is_left_out(hilly: Division) -> None:
    redraw, summary = proposed(hilly)

    answer = summary["communities"][0]
    assert (summary["reached"], answer["left_out"], answer["mean"]) == (True, ["C"], 60)
    assert [(row["role"], row["deviation_after"]) for row in answer["grids"]][2] == ("left_out", None)
    assert households(redraw) == {"A": 60, "B": 60}


def test_it_takes_part_when_asked(hilly: Division) -> None:
    redraw, summary = proposed(hilly, include=("C",), tolerance=0.5, compactness=0)

    assert (summary["reached"], summary["communities"][0]["left_out"]) == (True, [])
    assert households(redraw) == {"A": 60, "B": 40, "C": 21}


def test_an_empty_block_of_the_town_takes_part() -> None:
    community = community_of("AABB/AABB")
    check_constraints()
    for column, row in ((0.5, 0.5), (1.5, 0.5), (0.5, 1.5), (1.5, 1.5)):
        house(column, row, households=10)

    redraw, summary = proposed(community)

    assert (summary["reached"], summary["communities"][0]["mean"]) == (True, 20)
    assert households(redraw) == {"A": 20, "B": 20}


def test_the_mean_counts_locked_grids_as_the_legend_does() -> None:
    """A 40, B 20, C 60: the legend says 40, whoever is locked."""
    community = community_of("AAAABBCC")
    check_constraints()
    for column in range(6):
        house(column + 0.5, 0.5, households=10)
    for column in (6, 7):
        house(column + 0.5, 0.5, households=30)

    redraw, summary = proposed(community, locked=("C",))

    answer = summary["communities"][0]
    assert (answer["mean"], answer["low"], answer["high"]) == (40, 36, 44)
    assert households(redraw) == {"A": 30, "B": 30}  # both can't have 40: as near as can be
    assert [(row["short"], row["cut_off_by"]) for row in answer["grids"]][:2] == [("cut_off", ["C"])] * 2
    assert not summary["reached"]
    assert "2 are outside, by up to -25%" in summary["message"]


def test_long_arms_are_not_proposed_unless_asked() -> None:
    """All live in the far west of A; B lies at its eastern end."""
    community = community_of("AAAAAAAABB")
    check_constraints()
    for row in (0.25, 0.75):
        for column in (0.25, 0.75):
            house(column, row, households=10)

    with pytest.raises(Refused) as refused:
        proposed(community)

    assert refused.value.code == "cannot_balance"
    assert "by up to" in refused.value.detail
    assert {row["short"] for row in refused.value.data["communities"][0]["grids"]} <= {"not_compact", "not_found"}


def test_a_floor_of_compactness_out_of_range_is_refused(community: Division) -> None:
    with pytest.raises(DomainError) as refused:
        proposed(community, compactness=0.7)

    assert refused.value.code == "bad_compactness"


def test_each_grid_says_how_compact_it_is(community: Division) -> None:
    _redraw, summary = proposed(community)

    rows = summary["communities"][0]["grids"]
    assert [row["compactness_before"] for row in rows] == [0.5027, 0.6981]
    assert all(row["compactness_after"] >= 0.35 for row in rows)


def test_a_special_grid_takes_part_when_named(community: Division) -> None:
    redraw = create_redraw(user=supervisor(community), title="t", reason="", communities=[C])
    compound_commands.draw(user=redraw.author, redraw_id=redraw.pk, command=SetKind("B", "special"))

    summary = propose_into(user=redraw.author, redraw_id=redraw.pk, communities=[], goal=Goal(include=("B",)))

    assert summary["reached"]


@pytest.mark.parametrize(
    ("goal", "code"),
    [(Goal(include=("nobody",)), "UNKNOWN_GRID"), (Goal(include=("B",), locked=("B",)), "locked_and_included")],
)
def test_what_cannot_be_included_is_refused(community: Division, goal: Goal, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        propose(user=supervisor(community), title="t", reason="", communities=[C], goal=goal)

    assert refused.value.code == code
