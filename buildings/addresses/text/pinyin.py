"""How names sound: Han characters as pinyin without tones, whole and by initials."""

from functools import lru_cache


@lru_cache(maxsize=10_000)
def spelled(name: str) -> tuple[str, str]:
    """Return a normalized name's pinyin and its initials: 坪山街道 is pingshanjiedao and psjd.

    Letters and digits stay as they are. Characters of several sounds are read as in the words they stand in.
    """
    from pypinyin import lazy_pinyin  # a large dictionary, for writers and for questions in Latin letters

    syllables = [part for part in lazy_pinyin(name, v_to_u=False) if part.strip()]
    whole = "".join(syllables).replace(" ", "")
    initials = "".join(_initial(part) for part in syllables).replace(" ", "")
    return whole, initials


def _initial(part: str) -> str:
    return part[0] if part.isalpha() and part.isascii() else part
