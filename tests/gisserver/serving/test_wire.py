"""Frames come whole, however the bytes are split."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gisserver.serving.wire import Frame, Frames, frame

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
HEADERS = st.dictionaries(TEXTS, st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS | st.lists(TEXTS))
FRAMES = st.lists(st.tuples(HEADERS, st.binary(max_size=50)), max_size=5)


def fed(frames: Frames, pieces: list[bytes]) -> list[Frame]:
    return [whole for piece in pieces for whole in frames.feed(piece)]


@given(FRAMES, st.data())
def test_any_split_of_the_bytes_gives_the_same_frames(sent: list[Frame], data: st.DataObject) -> None:
    text = b"".join(frame(header, body) for header, body in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=10)))
    pieces = [text[begin:end] for begin, end in pairwise([0, *cuts, len(text)])]
    assert fed(Frames(), pieces) == sent


@given(FRAMES)
def test_single_bytes_give_the_same_frames(sent: list[Frame]) -> None:
    text = b"".join(frame(header, body) for header, body in sent)
    assert fed(Frames(), [text[place : place + 1] for place in range(len(text))]) == sent


def test_a_frame_is_given_as_soon_as_it_is_there_and_not_before() -> None:
    frames, text = Frames(), frame({"number": 1}, b"body")
    assert list(frames.feed(text[:-1])) == []
    assert list(frames.feed(text[-1:] + text[:3])) == [({"number": 1}, b"body")]


def test_who_stops_reading_between_two_frames_loses_none() -> None:
    frames = Frames()
    first = next(frames.feed(frame({"number": 1}) + frame({"number": 2})))
    assert [first, *frames.feed(b"")] == [({"number": 1}, b""), ({"number": 2}, b"")]
