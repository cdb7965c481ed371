"""How time counts: terms, what a suspension leaves of them, what is to be told when."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.lifecycle.deadlines import Term, notices_due, resumed, term

EIGHT = datetime(2026, 3, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_term_counts_from_the_entry_of_the_state() -> None:
    assert term(EIGHT, minutes=120, remind_before=30, escalate_after=60) == Term(
        EIGHT + 2 * HOUR, EIGHT + 1.5 * HOUR, EIGHT + 3 * HOUR
    )


def test_after_a_suspension_as_much_is_left_as_was_left_before() -> None:
    due = term(EIGHT, minutes=120, remind_before=None, escalate_after=None)
    later = resumed(due, suspended_at=EIGHT + HOUR, resumed_at=EIGHT + 49 * HOUR)
    assert later == Term(EIGHT + 50 * HOUR)


def test_without_a_term_none_is_left() -> None:
    assert resumed(None, suspended_at=EIGHT, resumed_at=EIGHT + HOUR) is None


@pytest.mark.parametrize(
    ("hours", "told"),
    [(1, []), (1.5, ["reminder"]), (2, ["overdue"]), (2.9, ["overdue"]), (3, ["overdue", "escalation"])],
)
def test_what_is_to_be_told_by_when(hours: float, told: list[str]) -> None:
    due = term(EIGHT, minutes=120, remind_before=30, escalate_after=60)
    assert list(notices_due(due, EIGHT + hours * HOUR)) == told
