"""Shifts as hours of the week: what they cover, and back again."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids.shifts import ALWAYS, DAY, WEEK, Shift, hours_of, on_duty, shifts_of

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
shifts = st.builds(
    Shift,
    st.sets(st.sampled_from(EVERY_DAY), min_size=1).map(lambda days: tuple(sorted(days))),
    st.integers(0, DAY - 1),
    st.integers(0, DAY - 1),
)


def test_no_shift_is_round_the_clock() -> None:
    assert hours_of([]) == ALWAYS
    assert shifts_of(ALWAYS) == []


def test_office_hours() -> None:
    office = Shift((1, 2), 8 * 60, 18 * 60)
    assert hours_of([office]) == ((480, 1080), (1920, 2520))
    assert shifts_of(hours_of([office])) == [office]


def test_a_night_shift_ends_on_the_next_day_and_sunday_s_on_monday() -> None:
    night = Shift(EVERY_DAY, 20 * 60, 8 * 60)
    assert hours_of([night])[0] == (0, 480)
    assert hours_of([night])[-1] == (6 * DAY + 1200, WEEK)
    assert shifts_of(hours_of([night])) == [night]


def test_whole_days_are_told_day_by_day() -> None:
    assert shifts_of(hours_of([Shift((6, 7), 0, 0)])) == [Shift((6, 7), 0, 0)]


@pytest.mark.parametrize(("moment", "expected"), [("2026-11-30T07:59", False), ("2026-11-30T08:00", True)])
def test_who_is_on_duty_on_a_monday(moment: str, expected: bool) -> None:
    assert on_duty(hours_of([Shift((1,), 480, 1080)]), datetime.fromisoformat(moment)) is expected


@given(st.lists(shifts, max_size=6))
def test_hours_survive_being_told_as_shifts(said: list[Shift]) -> None:
    assert hours_of(shifts_of(hours_of(said))) == hours_of(said)


@given(shifts, st.integers(0, WEEK - 1))
def test_a_minute_is_covered_when_a_day_of_the_shift_says_so(shift: Shift, minute: int) -> None:
    length = (shift.ends - shift.begins - 1) % DAY + 1
    begins = [(day - 1) * DAY + shift.begins for day in shift.days]
    covered = any((minute - begin) % WEEK < length for begin in begins)
    assert covered == any(a <= minute < b for a, b in hours_of([shift]))
