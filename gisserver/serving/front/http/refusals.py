"""What the front itself refuses, as problem documents, in the language that is asked for."""

import gettext
import json
import logging
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import gisserver
from gisserver.common.errors import DomainError
from gisserver.common.problem_documents import CONTENT_TYPE, INTERNAL_ERROR, RETRY_AFTER_S, document, status_of
from gisserver.serving.answers import Answer
from gisserver.serving.front.http.cookies import LANGUAGE_COOKIE, cookie

LOCALE = Path(gisserver.__file__).parent / "locale"
CHINESE, ENGLISH = "zh-hans", "en"
# As `django.utils.translation.trans_real` reads the header, which the workers do.
_MOST_CHARACTERS = 500
_COMMA = re.compile(r"\s*,\s*")
_RANGE = re.compile(r"([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)(?:\s*;\s*q=(0(?:\.[0-9]{,3})?|1(?:\.0{,3})?))?")

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
    chosen = _language(cookie(headers, LANGUAGE_COOKIE))
    if chosen is not None:
        return chosen
    for tag in _accepted(headers.get("accept-language", "")):
        if tag == "*":
            break
        if (language := _language(tag)) is not None:
            return language
    return CHINESE


def _language(tag: str) -> str | None:
    return {"zh": CHINESE, "en": ENGLISH}.get(tag.lower().partition("-")[0])


def _accepted(header: str) -> list[str]:
    """Return the tags of an Accept-Language by their weights; none of a header that is malformed (RFC 9110 §12.5.4)."""
    if len(header) > _MOST_CHARACTERS:
        header = header[: max(header.rfind(",", 0, _MOST_CHARACTERS), 0)]
    texts = _COMMA.split(header.lower())
    if not texts[-1]:
        texts.pop()
    ranges = [_RANGE.fullmatch(text) for text in texts]
    found = [one for one in ranges if one is not None]
    if len(found) < len(ranges):
        return []
    return [one[1] for one in sorted(found, key=lambda one: -float(one[2] or 1))]


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation("django", LOCALE, ["zh_Hans"])
