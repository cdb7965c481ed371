"""The unified social credit code of a legal person: 18 characters, the last of which checks the others. Pure.

GB 32100-2015: who registered it and what it is (2), the division (6), the organisation (9), and a check character that
makes the weighted sum divisible by 31. The database says the same (`buildings/db/credit_code.sql`).
"""

import re
import unicodedata
from typing import Final

# The characters by their values; I, O, S, V and Z are too like digits and other letters.
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE: Final = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_BETWEEN: Final = re.compile(r"[\s-]+")


def cleaned(text: str) -> str:
    """Return a code as it is stored: narrow capital letters and digits, without spaces and hyphens."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_character(body: str) -> str:
    """Return the character that follows the first 17 of a code."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in zip(_WEIGHTS, body, strict=True))
    return ALPHABET[-total % 31]


def is_credit_code(code: str) -> bool:
    """Say whether a text is a code, and its check character the right one."""
    return _SHAPE.fullmatch(code) is not None and check_character(code[:17]) == code[17]
