"""The words of registers: numbers, status, masked cells."""

import pytest

from buildings.importers.register_words import (
    Residence,
    is_registered,
    may_be,
    residence,
    said_or_known,
    whole,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("３", 3),
        ("2.0", 2),
        ("三", 3),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十三", 23),
        ("4人", 4),
        ("0", 0),
    ],
)
def test_numbers_of_people(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", "many", "2.5", "-1", "40000", "一二"])
def test_what_is_no_number_of_people(text: str) -> None:
    assert whole(text) is None


@pytest.mark.parametrize(
    ("text", "registered"), [("常住", True), ("户籍", True), ("流动", False), ("暂住", False), ("", None)]
)
def test_words_of_registration(text: str, registered: bool | None) -> None:
    assert is_registered(text) is registered


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("空置", "", ""), Residence.VACANT),
        (("", "", "空户"), Residence.VACANT),
        (("已迁出", "", "王某"), Residence.LEFT),
        (("", "迁出", "王某"), Residence.LEFT),
        (("在住", "流动", "王某"), Residence.LIVES),
        (("什么", "", ""), None),
    ],
)
def test_vacancy_and_leaving_are_read_where_registers_say_them(cells: tuple[str, ...], said: Residence | None) -> None:
    assert residence(*cells) is said


@pytest.mark.parametrize(
    ("said", "known", "kept"),
    [
        ("王**", "王小明", "王小明"),
        ("", "王小明", "王小明"),
        ("王小明", "王**", "王小明"),
        ("李大", "王小明", "李大"),
        ("王**", "", "王**"),
    ],
)
def test_a_masked_cell_never_takes_the_place_of_a_true_one(said: str, known: str, kept: str) -> None:
    assert said_or_known(said, known) == kept


@pytest.mark.parametrize(
    ("said", "known", "same"),
    [
        ("138****1234", "13800001234", True),
        ("138****1234", "13900001234", False),
        ("王**", "王小明", True),
        ("李*", "王", False),
    ],
)
def test_a_masked_cell_may_mean_what_it_does_not_contradict(said: str, known: str, same: bool) -> None:
    assert may_be(said, known) is same
