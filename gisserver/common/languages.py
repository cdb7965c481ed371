"""Which language an answer speaks: the user's own choice (a cookie), else ``Accept-Language``, else Chinese."""

from typing import Any

from django.utils.translation import gettext, override

from gisserver.common.sentences import translated


def spoken(answer: Any) -> Any:
    """Return ``answer`` with every sentence in it, however deep, in the language that is active."""
    return translated(answer, gettext)


def in_both(text: Any) -> str:
    """Return a lazy translation in Chinese and in English, for a paper that readers of both hold."""
    texts = []
    for language in ("zh-hans", "en"):
        with override(language):
            texts.append(str(text))
    return " ".join(dict.fromkeys(texts))
