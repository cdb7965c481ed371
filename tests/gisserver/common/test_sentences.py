"""Sentences: English by themselves, in another language by their template and values."""

import pickle

import pytest
from django.utils.translation import gettext_lazy, override

from gisserver.common.languages import in_both, spoken
from gisserver.common.sentences import Sentence, from_json, to_json, together, translated

CATALOGUE = {
    "No grid {code} is here.": "此处没有网格 {code}。",
    "Row {row}: {why}": "第 {row} 行：{why}",
    "A {brace}.": "括号 {brace}。",
}


def chinese(words: str) -> str:
    return CATALOGUE.get(words, words)


def test_a_sentence_is_its_english_text() -> None:
    assert Sentence("No grid {code} is here.", code="001") == "No grid 001 is here."


def test_it_is_translated_by_its_template_and_keeps_its_values() -> None:
    assert translated(Sentence("No grid {code} is here.", code="001"), chinese) == "此处没有网格 001。"


def test_a_value_may_be_a_sentence() -> None:
    why = Sentence("No grid {code} is here.", code="001")
    assert translated(Sentence("Row {row}: {why}", row=3, why=why), chinese) == "第 3 行：此处没有网格 001。"


def test_without_values_braces_are_braces() -> None:
    value = Sentence("A {brace}.")
    assert (value, translated(value, chinese)) == ("A {brace}.", "括号 {brace}。")


def test_a_value_is_no_template() -> None:
    assert translated(Sentence("No grid {code} is here.", code="{row}"), chinese) == "此处没有网格 {row}。"


def test_sentences_are_found_however_deep_and_text_stays() -> None:
    value = {"detail": Sentence("A {brace}."), "rows": [{"why": Sentence("A {brace}.")}], "name": "A {brace}."}
    assert translated(value, chinese) == {
        "detail": "括号 {brace}。",
        "rows": [{"why": "括号 {brace}。"}],
        "name": "A {brace}.",
    }


def test_sentences_that_follow_one_another_are_one() -> None:
    value = together([Sentence("No grid {code} is here.", code="001"), Sentence("A {brace}.")])
    assert (value, translated(value, chinese)) == (
        "No grid 001 is here. A {brace}.",
        "此处没有网格 001。 括号 {brace}。",
    )


@pytest.mark.parametrize(
    "carry", [lambda value: from_json(to_json(value)), lambda value: pickle.loads(pickle.dumps(value))]
)
def test_it_can_be_kept_and_handed_to_another_process(carry) -> None:
    value = Sentence("Row {row}: {why}", row=3, why=Sentence("No grid {code} is here.", code="001"))
    assert translated(carry(value), chinese) == "第 3 行：此处没有网格 001。"


def test_an_answer_is_said_in_the_language_that_is_active() -> None:
    value = {"detail": Sentence("The grid is locked.")}
    with override("en"):
        english = spoken(value)
    with override("zh-hans"):
        assert (english, spoken(value)) == ({"detail": "The grid is locked."}, {"detail": "网格已锁定。"})


def test_a_paper_for_two_readers_says_it_twice() -> None:
    assert in_both(gettext_lazy("draft")) == "草稿 draft"
