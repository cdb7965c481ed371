"""What a code may look like, for every door that takes one: the deployment's own pattern, else any text that shows.

A pattern is of a scheme (sz19), else of all codes of a kind. Pure: who asks says the patterns, which are the setting
``CODE_PATTERNS``.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from gisserver.common.sentences import Sentence


class CodeKind(StrEnum):
    """What a code names; a reference names something in the words of its source."""

    DIVISION = "division"
    GRID = "grid"
    BUILDING = "building"
    UNIT = "unit"
    REFERENCE = "reference"


# As wide as the columns that keep them.
MAX_LENGTH = {CodeKind.DIVISION: 40, CodeKind.GRID: 40, CodeKind.BUILDING: 60, CodeKind.UNIT: 60}


def taken(code: str) -> Sentence:
    """Return the sentence on a code that something else has, or that had been issued before."""
    return Sentence("The code {code} has been issued before; a code is never used again.", code=code)


def why_not_code(code: str, kind: CodeKind, patterns: Mapping[str, str], scheme: str = "") -> Sentence | None:
    """Return one sentence on why ``code`` is none for a thing of this kind, or none of a scheme; None when it is one.

    A reference is whatever its source says. Other codes are printable, without a slash (they stand in addresses of
    pages), and match the pattern for their scheme, else for their kind, where the deployment has one.
    """
    longest = MAX_LENGTH.get(kind)
    if longest is None:
        return None
    if not (0 < len(code) <= longest and code.isprintable() and code == code.strip() and "/" not in code):
        return Sentence(
            "A code is a text of 1 to {longest} characters without a slash, not {code!r}.",
            longest=longest,
            code=code[:70],
        )
    pattern = patterns.get(scheme.lower()) or patterns.get(kind.value)
    if pattern and not re.fullmatch(pattern, code):
        return Sentence(
            "The code {code!r} is none of a {kind} here: this deployment's codes match {pattern}",
            code=code,
            kind=kind.value,
            pattern=pattern,
        )
    return None
