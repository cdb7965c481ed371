"""Statuses in the words of others."""

import pytest

from gisserver.common.errors import Invalid
from incidents.importers.vocabulary import StatusNames


@pytest.mark.parametrize(
    ("word", "status"),
    [("OPEN", "new"), ("IN-PROGRESS", "in_progress"), ("In Progress", "in_progress"), ("已结案", "closed")],
)
def test_a_status_in_the_words_of_others(word: str, status: str) -> None:
    assert StatusNames().of(word) == status


def test_a_declared_word_wins() -> None:
    assert StatusNames(["Open=in_progress"]).of("open") == "in_progress"


def test_a_word_may_hold_an_equals_sign() -> None:
    assert StatusNames(["a=b=closed"]).of("A=B") == "closed"


@pytest.mark.parametrize("word", ["??", "perhaps"])
def test_a_word_that_means_nothing_is_refused(word: str) -> None:
    with pytest.raises(Invalid, match="--status-map"):
        StatusNames().of(word)
