"""Proposals: a draft like any other, which balances the grids of a community."""

import pytest

from gisserver.common.access.roles import Role
from gisserver.common.errors import Conflict, Forbidden, Refused
from grids.models import Division, Redraw
from grids.redraws.commands.services import create_redraw, undo
from grids.redraws.draft.attribute_commands import SetKind
from grids.redraws.impact.preview import preview_of
from grids.redraws.proposals import compound_commands
from grids.redraws.proposals.propose import Goal, propose, propose_into
from grids.redraws.workflow.review import Submit
from tests import factories
from tests.factories import community_of
from tests.grids.redraws.proposals.conftest import C, house, households, proposed, supervisor
from tests.redrawing import check_constraints

pytestmark = pytest.mark.usefixtures("laws")


def test_the_draft_makes_the_grids_equal(community: Division) -> None:
    redraw, summary = proposed(community)

    assert households(redraw) == {"A": 30, "B": 30}
    assert (summary["reached"], summary["moved"], summary["commands"]) == (True, 10, 1)


def test_the_summary_is_the_preview(community: Division) -> None:
    redraw, summary = proposed(community)

    loads = {row["code"]: row["after"] for row in summary["communities"][0]["grids"]}
    assert loads == households(redraw)
    assert preview_of(redraw)["moved"]["households"] == summary["moved"]
    assert preview_of(redraw)["warnings"] == []
    assert summary["communities"][0]["buildings_cut"] == 0


def test_its_commands_are_ordinary_and_can_be_undone(community: Division) -> None:
    redraw, _summary = proposed(community)

    assert [row.verb for row in redraw.commands.all()] == ["transfer"]
    undo(user=redraw.author, redraw_id=redraw.pk)
    assert preview_of(redraw)["grids"] == []


def test_one_undo_takes_a_whole_proposal_back() -> None:
    """A gives a house to each side."""
    community = community_of("BAAAAC")
    check_constraints()
    for column in range(6):
        house(column + 0.5, 0.5, households=10)
    redraw, summary = proposed(community)

    drawn = undo(user=redraw.author, redraw_id=redraw.pk)

    assert (summary["commands"], drawn.numbers) == (2, (1, 2))
    assert preview_of(redraw)["grids"] == []


def test_the_same_wish_makes_the_same_draft(community: Division) -> None:
    first, _ = proposed(community)
    second, _ = propose(user=first.author, title="again", reason="", communities=[C], goal=Goal())

    assert [row.arguments for row in first.commands.all()] == [row.arguments for row in second.commands.all()]


def test_other_things_can_be_counted(community: Division) -> None:
    house(0.2, 0.85, households=0)

    _redraw, summary = proposed(community, measure="buildings", tolerance=0.2)

    assert [(row["before"], row["after"]) for row in summary["communities"][0]["grids"]] == [(5, 4), (2, 3)]


def test_grids_already_equal_are_left_alone(community: Division) -> None:
    with pytest.raises(Refused) as refused:
        proposed(community, tolerance=0.5)

    assert refused.value.code == "already_balanced"
    assert Redraw.objects.count() == 0


def test_a_locked_grid_is_not_touched(community: Division) -> None:
    with pytest.raises(Refused) as refused:
        proposed(community, locked=("B",))

    assert refused.value.code == "nothing_to_balance"
    [answer] = refused.value.data["communities"]
    assert [(row["code"], row["short"], row["cut_off_by"]) for row in answer["grids"]] == [
        ("A", "cut_off", ["B"]),
        ("B", None, []),
    ]


def test_an_unknown_locked_grid_is_refused(community: Division) -> None:
    with pytest.raises(Refused) as refused:
        proposed(community, locked=("nobody",))

    assert refused.value.code == "UNKNOWN_GRID"


def test_a_special_grid_is_touched_only_when_asked(community: Division) -> None:
    redraw = create_redraw(user=supervisor(community), title="t", reason="", communities=[C])
    compound_commands.draw(
        user=redraw.author,
        redraw_id=redraw.pk,
        command=SetKind("B", "special"),
    )

    with pytest.raises(Refused):
        propose_into(user=redraw.author, redraw_id=redraw.pk, communities=[], goal=Goal())
    summary = propose_into(user=redraw.author, redraw_id=redraw.pk, communities=[], goal=Goal(special=True))

    assert summary["reached"]


def test_what_one_building_makes_impossible_is_said(community: Division) -> None:
    house(0.2, 0.85, households=300)

    _redraw, summary = proposed(community)

    short = {row["code"]: row["short"] for row in summary["communities"][0]["grids"]}
    assert short == {"A": "one_building", "B": "not_found"}
    least = {row["code"]: row["deviation_least"] for row in summary["communities"][0]["grids"]}
    assert least == {"A": 0.7222, "B": None}  # with the 10 behind the wall that it shares: 310, where 180 are the mean
    assert not summary["reached"]


def test_a_community_without_households_has_nothing_to_balance() -> None:
    community = community_of("AB")
    check_constraints()

    with pytest.raises(Refused) as refused:
        proposed(community)

    assert refused.value.code == "nothing_to_balance"


def test_who_may_not_redraw_may_not_propose(community: Division) -> None:
    reader = factories.user("li", role=Role.ANALYST, area=community)

    with pytest.raises(Forbidden):
        propose(user=reader, title="t", reason="", communities=[C], goal=Goal())


def test_an_existing_draft_is_balanced_as_it_is_drawn(community: Division) -> None:
    redraw = create_redraw(user=supervisor(community), title="t", reason="", communities=[C])
    compound_commands.draw(user=redraw.author, redraw_id=redraw.pk, command=compound_commands.SplitBalanced("A", 2))

    with pytest.raises(Refused) as refused:
        propose_into(user=redraw.author, redraw_id=redraw.pk, communities=[], goal=Goal())

    assert refused.value.code == "already_balanced"


def test_a_submitted_redraw_takes_no_proposal(community: Division) -> None:
    redraw, _summary = proposed(community)
    Submit.take(user=redraw.author, redraw_id=redraw.pk, comment="")

    with pytest.raises(Conflict):
        propose_into(user=redraw.author, redraw_id=redraw.pk, communities=[], goal=Goal())
