"""Proposing codes: fifteen digits, the next free, none twice."""

import pytest

from grids.editing.codes import propose

COMMUNITY = "440310001001"


def issued(*numbers: int) -> list[str]:
    return [f"{COMMUNITY}{number:03d}" for number in numbers]


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        pytest.param([], "440310001001001", id="the first"),
        pytest.param(issued(1, 2, 3), "440310001001004", id="after the highest"),
        pytest.param(issued(1, 7), "440310001001008", id="a gap may be a code that ended, so it waits"),
        pytest.param(issued(1, 3, 999), "440310001001002", id="at the end the gaps are filled"),
        pytest.param(issued(*range(1, 1000)), None, id="all used"),
        pytest.param(
            ["440310001002005", "庙山", COMMUNITY + "12a"], "440310001001001", id="others' codes do not count"
        ),
    ],
)
def test_the_next_free_code(taken, code):
    assert propose(COMMUNITY, taken).code == code


@pytest.mark.parametrize(("count", "short"), [(948, False), (949, True)])
def test_it_says_when_codes_run_short(count, short):
    assert propose(COMMUNITY, issued(*range(1, count + 1))).runs_short is short


def test_another_width_is_a_setting():
    assert propose("44030700300", ["4403070030001"], digits=2).code == "4403070030002"
