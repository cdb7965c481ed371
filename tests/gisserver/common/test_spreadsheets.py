"""A spreadsheet reads the Chinese, and runs nothing."""

import csv
import io

import pytest

from gisserver.common.spreadsheets import safe, written


def test_it_begins_with_the_mark_of_utf8() -> None:
    assert b"".join(written(["编码"], [["甲"]])) == "\ufeff编码\r\n甲\r\n".encode()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"])
def test_text_never_begins_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(("cell", "text"), [(-1.5, "-1.5"), (3, "3"), (None, ""), ("甲=乙", "甲=乙"), ("", "")])
def test_numbers_and_plain_text_stay(cell: str | float | None, text: str) -> None:
    assert safe(cell) == text


def test_commas_quotes_and_lines_stay_in_their_cell() -> None:
    row = ['a,"b"', "两\n行"]
    text = b"".join(written(["x", "y"], [row])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [["x", "y"], row]


def test_many_rows_come_in_pieces() -> None:
    pieces = list(written(["x"], (["甲" * 100] for _ in range(2000))))
    assert len(pieces) > 3
    assert b"".join(pieces).count(b"\r\n") == 2001
