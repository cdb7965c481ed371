"""How large a filter may be. Pure."""

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

# In an address, and in a body: there a filter may hold the outline of a district.
MAX_BYTES = 10_000
MAX_BODY_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 2_000
MAX_TOKENS = 200_000


def refuse(detail: str) -> Invalid:
    """Return the error that says what is wrong with a filter."""
    return Invalid("bad_filter", detail, parameter="filter")


def check_size(text: str, most: int = MAX_BYTES) -> None:
    """Refuse a filter of more than ``most`` bytes. Raises Invalid."""
    if len(text.encode()) > most:
        raise refuse(Sentence("A filter may have at most {max_bytes} bytes.", max_bytes=most))


def check_depth(depth: int) -> None:
    """Refuse nesting that no person writes. Raises Invalid."""
    if depth > MAX_DEPTH:
        raise refuse(Sentence("A filter may be nested at most {max_depth} levels deep.", max_depth=MAX_DEPTH))
