"""What the front itself refuses, as problem documents, in the language that is asked for."""

import gettext
import json
import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from gisserver.common.errors import DomainError
from gisserver.common.problem_documents import CONTENT_TYPE, INTERNAL_ERROR, RETRY_AFTER_S, document, status_of
from gisserver.serving.answers import Answer
from gisserver.serving.front.cookies import LANGUAGE_COOKIE, cookie

LOCALE = Path(__file__).parents[2] / "locale"
CHINESE, ENGLISH = "zh-hans", "en"

logger = logging.getLogger(__name__)


def refusal(error: Exception, headers: Mapping[str, str]) -> Answer:
    """Return the problem document of ``error`` for a request with these headers; what is no refusal is logged."""
    language = language_of(headers)
    words = _catalogue(language).gettext
    if isinstance(error, DomainError):
        problem = document(words, status_of(error), error.code, error.detail, **error.data)
    else:
        logger.error("The front failed", exc_info=error)
        problem = document(words, 500, "internal_error", INTERNAL_ERROR)
    told = [
        ("content-type", CONTENT_TYPE),
        ("content-language", language),
        ("vary", "Accept-Language"),
        ("cache-control", "no-store"),
    ]
    if problem["status"] == 503:
        told.append(("retry-after", RETRY_AFTER_S))
    return Answer(problem["status"], told, json.dumps(problem, ensure_ascii=False).encode())


def language_of(headers: Mapping[str, str]) -> str:
    """Return the language that a request asks for, as Django does: a cookie, else the header, else Chinese."""
    chosen = cookie(headers, LANGUAGE_COOKIE)
    if chosen in {CHINESE, ENGLISH}:
        return chosen
    ranges = [_weighed(one) for one in headers.get("accept-language", "").lower().split(",")]
    for weight, tag in sorted(ranges, key=lambda one: -one[0]):
        language = {"zh": CHINESE, "en": ENGLISH}.get(tag.partition("-")[0])
        if language and weight > 0:
            return language
    return CHINESE


def _weighed(text: str) -> tuple[float, str]:
    tag, _, weight = text.strip().partition(";q=")
    try:
        return float(weight or 1), tag.strip()
    except ValueError:
        return 0.0, ""


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation("django", LOCALE, ["zh_Hans"])
