"""What a request says of the answer it would like: which ones it holds already, how it may be packed. Pure."""

import re
from functools import lru_cache

_ETAG = re.compile(r'"[^"]*"')
_NEVER = {"q=0", "q=0.0", "q=0.00", "q=0.000"}


def etags_in(if_none_match: str) -> frozenset[str]:
    """Return the ETags that the header If-None-Match lists, a weak one as if it were strong (RFC 9110 §13.1.2)."""
    return frozenset(_ETAG.findall(if_none_match))


@lru_cache(256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Say whether the header Accept-Encoding allows gzip."""
    return _accepts(accept_encoding, {"gzip", "*"})


@lru_cache(256)
def accepts_zstd(accept_encoding: str) -> bool:
    """Say whether the header Accept-Encoding names zstd (RFC 8878)."""
    return _accepts(accept_encoding, {"zstd"})


def _accepts(accept_encoding: str, names: set[str]) -> bool:
    for part in accept_encoding.split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip().lower() in names:
            return weight.replace(" ", "") not in _NEVER
    return False
