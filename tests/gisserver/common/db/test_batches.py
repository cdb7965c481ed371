"""A long stream worked off in pieces."""

import threading
from collections.abc import Sequence
from itertools import count, islice

import pytest

from gisserver.common.db.batches import in_pieces


def doubled(piece: Sequence[int]) -> list[int]:
    return [2 * one for one in piece]


def test_results_come_in_the_order_of_the_stream() -> None:
    assert list(in_pieces(range(1_005), doubled, size=10)) == [2 * one for one in range(1_005)]


def test_two_pieces_are_worked_on_at_once() -> None:
    both = threading.Barrier(2, timeout=60)

    def waiting(piece: Sequence[int]) -> Sequence[int]:
        both.wait()
        return piece

    assert list(in_pieces(range(4), waiting, size=2)) == [0, 1, 2, 3]


def test_an_endless_stream_is_read_no_further_than_needed() -> None:
    read = count()
    assert list(islice(in_pieces(read, doubled, size=10), 5)) == [0, 2, 4, 6, 8]
    assert next(read) <= 30


def test_what_goes_wrong_in_a_piece_comes_out() -> None:
    with pytest.raises(TypeError):
        list(in_pieces([1, "2", 3], lambda piece: [one + 1 for one in piece], size=1))  # type: ignore[operator]
