"""What a file is by its first bytes."""

import pytest

from incidents.attachments.media import media_type_of


@pytest.mark.parametrize("brand", [b"isom", b"iso5", b"mp41", b"mp42", b"avc1", b"M4V ", b"3gp5", b"MSNV"])
def test_a_film_of_a_phone_is_taken(brand: bytes) -> None:
    assert media_type_of(b"\0\0\0\x18ftyp" + brand) == "video/mp4"


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif", b"qt  ", b"M4A "])
def test_a_picture_in_the_same_container_is_no_film(brand: bytes) -> None:
    assert media_type_of(b"\0\0\0\x18ftyp" + brand) is None
