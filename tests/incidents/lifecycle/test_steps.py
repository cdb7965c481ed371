"""The table of steps: every state can be reached, and left unless it is the end."""

import pytest

from incidents.lifecycle.states import STATE_OF_STATUS, State
from incidents.lifecycle.steps import STEPS, legal, possible

OVER = {State.CLOSED, State.DUPLICATE, State.INVALID}


def test_every_state_but_the_first_is_reached_by_a_step() -> None:
    assert {after for _, _, after in legal()} == {state.value for state in State} - {"reported"}


def test_what_is_over_is_only_reopened() -> None:
    assert {step.name for state in OVER for step in possible(state)} == {"reopen"}


def test_from_every_other_state_there_is_a_way_to_the_end() -> None:
    ways = {(before, after) for step, before, after in legal() if step != "reopen"}
    leads = set(OVER)
    for _ in State:
        leads |= {State(before) for before, after in ways if after in leads}
    assert leads == set(State)


@pytest.mark.parametrize("status", STATE_OF_STATUS)
def test_a_status_that_comes_in_means_a_state_of_that_status(status: str) -> None:
    assert STATE_OF_STATUS[status].status == status


def test_a_suspension_leads_back_to_where_it_began() -> None:
    suspended = {before for step, before, _ in legal() if step == "suspend"}
    assert {after for step, _, after in legal() if step == "resume"} == suspended


def test_who_handles_does_not_verify() -> None:
    assert STEPS["verify"].by_another
