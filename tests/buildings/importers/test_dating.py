"""Since when a row holds, beside what is known:

known   ──[ old ─────────[ now ─────────>        planned  [ later ──>
said         ^ moment
"""

from datetime import UTC, datetime

import pytest

from buildings.importers.dating import Begin, Span, TooLate, placed

NOW = datetime(2026, 6, 15, tzinfo=UTC)


def month(number: int, year: int = 2026) -> datetime:
    return datetime(year, number, 1, tzinfo=UTC)


def test_what_is_new_holds_without_end() -> None:
    assert placed([], "a", moment=month(3), now=NOW) == Begin(None, None)


def test_what_holds_already_begins_nothing() -> None:
    assert placed([Span(1, "a", month(1), None)], "a", moment=month(3), now=NOW) is None


def test_a_change_ends_what_held() -> None:
    assert placed([Span(1, "a", month(1), None)], "b", moment=month(3), now=NOW) == Begin(1, None)


def test_an_earlier_beginning_holds_up_to_the_one_that_is_known() -> None:
    assert placed([Span(1, "a", month(3), None)], "b", moment=month(1), now=NOW) == Begin(None, month(3))


def test_what_is_planned_stays() -> None:
    known = [Span(1, "a", month(1), month(9)), Span(2, "c", month(9), None)]
    assert placed(known, "b", moment=NOW, now=NOW) == Begin(1, month(9))


def test_a_future_change_is_planned() -> None:
    assert placed([Span(1, "a", month(1), None)], "b", moment=month(9), now=NOW) == Begin(1, None)


@pytest.mark.parametrize(
    "known",
    [
        [Span(1, "a", month(3), None)],
        [Span(1, "a", month(1), month(4)), Span(2, "c", month(4), None)],
    ],
    ids=["said of the same moment", "has ended since"],
)
def test_the_past_is_not_said_otherwise(known: list[Span]) -> None:
    with pytest.raises(TooLate, match="known since"):
        placed(known, "b", moment=month(3), now=NOW)
