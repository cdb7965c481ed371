"""What news does to the periods of one household, drawn as a line of months: A A B . is A, A, B and nowhere."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buildings.households.timeline import News, Period, Words, edits, told

MONTHS = 12


def month(number: int) -> datetime:
    return datetime(2025 + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def words(letter: str) -> Words:
    return Words(unit_id=ord(letter))


def drawn(line: str) -> list[Period]:
    """Periods of a drawing; the last letter goes on for ever, unless a dot follows."""
    periods: list[Period] = []
    for at, letter in enumerate(line):
        if letter == ".":
            continue
        until = None if at == len(line) - 1 else month(at + 1)
        if periods and periods[-1].until == month(at) and periods[-1].words == words(letter):
            periods[-1] = Period(periods[-1].row, words(letter), periods[-1].since, until)
        else:
            periods.append(Period(at, words(letter), month(at), until))
    return periods


def drawing(periods: list[Period], length: int) -> str:
    at = [next((chr(p.words.unit_id) for p in periods if p.covers(month(n))), ".") for n in range(length)]
    return "".join(at)


def news(at: int, letter: str, until: int | None = None) -> News:
    return News(month(at), None if letter == "." else words(letter), None if until is None else month(until))


@pytest.mark.parametrize(
    ("before", "heard", "after"),
    [
        ("AAAA", news(2, "B"), "AABB"),
        ("AABB", news(1, "C"), "ACBB"),
        ("AABB", news(1, "B"), "ABBB"),
        ("AABB", news(2, "C"), "AACC"),
        ("..AA", news(0, "B"), "BBAA"),
        ("AAAA", news(2, "."), "AA.."),
        ("AA.A", news(1, "."), "A..A"),
        ("A...", news(2, "B"), "A.BB"),
        ("AAAA", news(1, "B", until=3), "ABBA"),
        ("AAAA", news(1, ".", until=2), "A.AA"),
    ],
)
def test_news_holds_to_the_next_thing_known(before: str, heard: News, after: str) -> None:
    assert drawing(told(drawn(before), heard), 4) == after


LINES = st.text("AB.", min_size=1, max_size=MONTHS)


@given(LINES, st.integers(0, MONTHS), st.sampled_from("ABC."), st.none() | st.integers(1, MONTHS))
@settings(deadline=None, max_examples=200)
def test_what_is_stored_is_what_is_told_and_never_two_things_at_once(
    line: str, at: int, letter: str, span: int | None
) -> None:
    before = drawn(line)
    after = told(before, news(at, letter, None if span is None else at + span))
    stored = {period.row: period for period in before}
    for number, edit in enumerate(edits(before, after)):
        row = edit.row if edit.row is not None else -1 - number
        stored.pop(row, None)
        if edit.words is not None and edit.since is not None:
            stored[row] = Period(row, edit.words, edit.since, edit.until)
    length = 2 * MONTHS + 2
    assert drawing(list(stored.values()), length) == drawing(after, length)
    ordered = sorted(stored.values(), key=lambda period: period.since)
    assert all(one.until is not None and one.until <= two.since for one, two in zip(ordered, ordered[1:], strict=False))
