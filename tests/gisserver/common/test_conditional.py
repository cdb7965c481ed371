import pytest

from gisserver.common.conditional import accepts_gzip, etags_in


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("GZIP", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
    ],
)
def test_gzip_is_sent_to_who_reads_it(header: str, wanted: bool) -> None:
    assert accepts_gzip(header) is wanted


def test_every_listed_etag_is_held_a_weak_one_too() -> None:
    assert etags_in('"a-1", W/"b,2"') == {'"a-1"', '"b,2"'}
    assert etags_in("*") == frozenset()
