"""Positions in a text, in any usual notation: 22.69,114.34; 东经114°20′53″北纬22°41′24″; N22.69 E114.34; geo:… Pure."""

import re
from typing import Final

_WORDS: Final = "[NSEW]|北纬|南纬|东经|西经|lat(?:itude)?|lon(?:gitude)?|lng|纬度|经度"


def _one(name: str) -> str:
    """Return the pattern of one angle, whose groups begin with ``name``."""
    return (
        rf"(?:(?P<{name}_before>{_WORDS})\s*[:：=]?\s*)?"
        rf"(?P<{name}>[-+]?\d{{1,3}}(?:\.\d+)?)\s*"
        rf"(?:[°度]\s*(?:(?P<{name}_m>\d{{1,2}}(?:\.\d+)?)\s*['′’分]\s*)?"
        rf"(?:(?P<{name}_s>\d{{1,2}}(?:\.\d+)?)\s*(?:\"|″|”|''|秒)\s*)?)?"
        rf"(?P<{name}_after>[NSEW](?![a-z0-9]))?"
    )


_PAIR: Final = re.compile(
    rf"(?:geo:|POINT\s*\(|[(\[（])?\s*{_one('a')}(?:\s*[,，;；/]\s*|\s+|(?=[NSEW北南东西]))\s*{_one('b')}\s*[)\]）]?",
    re.IGNORECASE,
)
_LATITUDES: Final = ("n", "s", "北纬", "南纬", "lat", "latitude", "纬度")
_NEGATIVE: Final = ("s", "w", "南纬", "西经")


def positions_in(text: str) -> list[tuple[float, float]]:
    """Return what a text that is nothing but a position may mean, as (lon, lat), the likelier first; [] for another.

    Without words it is latitude first, as people write it, or the other way round, as programs do.
    """
    match = _PAIR.fullmatch(text.strip())
    if match is None or not re.search(r"[.°度]|geo:|point", text, re.IGNORECASE):
        return []
    (a, a_is), (b, b_is) = (_angle(match, name) for name in ("a", "b"))
    if a_is is not None or b_is is not None:
        a_is_latitude = a_is if a_is is not None else not b_is
        found = [(b, a) if a_is_latitude else (a, b)]
    else:
        first = [(b, a), (a, b)]
        found = first[::-1] if text.strip().lower().startswith("point") else first
    return [(lon, lat) for lon, lat in found if abs(lon) <= 180 and abs(lat) <= 90]


def _angle(match: re.Match[str], name: str) -> tuple[float, bool | None]:
    """Return an angle in degrees, and whether it is said to be a latitude."""
    degrees = float(match[name])
    minutes, seconds = float(match[f"{name}_m"] or 0), float(match[f"{name}_s"] or 0)
    size = abs(degrees) + minutes / 60 + seconds / 3600
    word = (match[f"{name}_before"] or match[f"{name}_after"] or "").lower()
    sign = -1 if degrees < 0 or word in _NEGATIVE else 1
    return sign * size, (word in _LATITUDES if word else None)
