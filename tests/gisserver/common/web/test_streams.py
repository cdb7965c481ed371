import gzip
from collections.abc import Iterator

import pytest

from gisserver.common.web.compression import GzipStream, gzipped
from gisserver.common.web.streams import Stream, joined

LARGE = b"0123456789" * 30_000


def test_few_texts_become_one_piece() -> None:
    stream = Stream(joined([b"a", b"", b"b"]))
    assert (stream.whole, list(stream)) == (b"ab", [b"ab"])


def test_many_texts_stay_in_pieces() -> None:
    stream = Stream(joined([LARGE, LARGE, b"end"]))
    assert stream.whole is None
    assert list(stream) == [LARGE, LARGE, b"end"]


def test_the_first_failure_is_met_before_anything_is_sent() -> None:
    def refused() -> Iterator[bytes]:
        raise ValueError
        yield b""

    with pytest.raises(ValueError):
        Stream(joined(refused()))


@pytest.mark.parametrize("packs", [False, True])
def test_a_reader_who_goes_away_ends_the_making(packs: bool) -> None:
    ended = []

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                yield LARGE
        finally:
            ended.append(True)

    stream = Stream(pieces())
    sent: Stream | GzipStream = GzipStream(stream) if packs else stream
    next(sent)
    sent.close()
    assert ended == [True]


def test_a_stream_as_gzip_says_the_same() -> None:
    assert gzip.decompress(b"".join(GzipStream(iter([LARGE, b"", b"end"])))) == LARGE + b"end"


def test_equal_bodies_are_equal_as_gzip() -> None:
    assert gzipped(LARGE) == gzipped(LARGE)
    assert gzip.decompress(gzipped(LARGE)) == LARGE
