"""Credit codes with their check character, and the words that registers use of legal persons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildings.legal_persons.credit_code import ALPHABET, check_character, cleaned, is_credit_code
from buildings.legal_persons.words import Condition, Kind, condition_of, kind_of, sounds_of

SIGNS = st.sampled_from(ALPHABET)
BODIES = st.builds(
    lambda kind, division, organisation: kind + division + organisation,
    st.text(SIGNS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(SIGNS, min_size=9, max_size=9),
)


# Published codes of well-known enterprises and institutions.
@pytest.mark.parametrize(
    "code", ["91350100M000100Y43", "9144030071526726XG", "91440300708461136T", "91110000802100433B"]
)
def test_a_published_code_is_one(code: str) -> None:
    assert is_credit_code(code)


@given(BODIES, st.integers(0, 17), SIGNS)
def test_one_wrong_sign_is_noticed(body: str, place: int, sign: str) -> None:
    code = body + check_character(body)
    wrong = code[:place] + sign + code[place + 1 :]
    assert is_credit_code(code)
    assert is_credit_code(wrong) == (wrong == code)


@pytest.mark.parametrize(
    "code", ["", "91350100M000100Y4", "91350100M000100Y431", "91350100M000100I43", "9135O100M000100Y43"]
)
def test_what_has_not_the_shape_is_none(code: str) -> None:
    assert not is_credit_code(code)


def test_a_code_is_cleaned_of_how_it_was_typed() -> None:
    assert cleaned(" ９１350100-m000100y 43 ") == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("word", "code", "kind"),
    [
        ("有限责任公司(自然人独资)", "", Kind.ENTERPRISE),
        ("个人独资企业", "", Kind.ENTERPRISE),
        ("个体工商户", "", Kind.SOLE_TRADER),
        ("农民专业合作社", "", Kind.COOPERATIVE),
        ("事业单位", "", Kind.INSTITUTION),
        ("民办非企业单位", "", Kind.ASSOCIATION),
        ("sole_trader", "", Kind.SOLE_TRADER),
        ("", "92440300MA5F", Kind.SOLE_TRADER),
        ("", "52440300MA5F", Kind.ASSOCIATION),
        ("乱写", "91", None),
    ],
)
def test_kinds(word: str, code: str, kind: Kind | None) -> None:
    assert kind_of(word, code) == kind


@pytest.mark.parametrize(
    ("word", "condition"),
    [
        ("", Condition.OPERATING),
        ("存续（在营、开业、在册）", Condition.OPERATING),
        ("吊销，未注销", Condition.REVOKED),
        ("未注销", Condition.OPERATING),
        ("注销", Condition.GONE),
        ("迁出", Condition.GONE),
        ("停业", Condition.SUSPENDED),
        ("乱写", None),
    ],
)
def test_conditions(word: str, condition: Condition | None) -> None:
    assert condition_of(word) == condition


def test_a_name_is_searched_by_its_signs_its_sound_and_its_initials() -> None:
    assert sounds_of("红星（五金）店 A") == "红星五金店a hongxingwujindiana hxwjda"
