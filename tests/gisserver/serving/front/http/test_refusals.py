"""What the front refuses looks, and is said, as Django would."""

import json
import logging

import pytest
from django.test import RequestFactory
from django.utils.translation import get_language_from_request
from hypothesis import example, given
from hypothesis import strategies as st

from gisserver.common import errors
from gisserver.common.sentences import Sentence
from gisserver.common.web.problems import ProblemMiddleware
from gisserver.serving.front.http.refusals import language_of, refusal


def as_django_says(headers: dict[str, str]) -> str:
    meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return get_language_from_request(RequestFactory().get("/", **meta)).lower()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "accepted",
    [
        *("", "*", "en", "zh", "zh-CN", "zh-Hans", "zh-hans-cn", "zh-TW", "zh-Hant", "de", "de, en", "fr-CH, *;q=0.5"),
        *("en;q=0.1, zh;q=0.9", "zh;q=0.1,en;q=0.9", "en;q=0", "zh;q=0, en", "en-GB,en;q=0.8,zh;q=0.7"),
        *("zh-CN,zh;q=0.9,en;q=0.8", "EN", "en-us", "en;q=1.0", "en;q=2", "en;q=x", "en;q=", ";;;", "en;level=1"),
        *(
            "de;q=1,en;q=0.5,zh;q=0.5",
            "en , zh",
            " en",
            "en ;q=0.3, zh;q=0.2",
            "en; q=0.3, zh; q=0.2",
            "en_US",
            "zh_CN",
        ),
        *("de, " * 200 + "en", "en, " * 200, "x" * 600, "en,", ",en", "en,,zh"),
        *("english", "zhx", "e", "en-", "-en", "en--us", "zh-en", "en-zh", "*, en", "zh-SG", "zh-HK, en", "zh-Hant-TW"),
    ],
)
def test_the_language_of_a_header_is_the_one_that_django_finds(accepted: str) -> None:
    assert language_of({"accept-language": accepted}) == as_django_says({"accept-language": accepted})


@pytest.mark.parametrize("chosen", ["en", "zh-hans", "zh-Hans", "EN", "de", "", "zh", "en-us", "zh-cn", "zh-hant"])
@pytest.mark.parametrize("accepted", ["", "en", "zh"])
def test_a_cookie_counts_as_it_does_for_django(chosen: str, accepted: str) -> None:
    headers = {"cookie": f"django_language={chosen}", "accept-language": accepted}
    assert language_of(headers) == as_django_says(headers)


TAGS = st.sampled_from(["en", "zh", "zh-CN", "zh-Hans", "en-GB", "de", "fr-CH", "*", "zh-TW", "EN-us"])
WEIGHTS = st.sampled_from(["", ";q=1", ";q=0", ";q=0.5", ";q=0.9", ";q=0.001", ";q=1.0"])
RANGES = st.lists(st.builds("{}{}".format, TAGS, WEIGHTS), max_size=5)


@given(RANGES.map(", ".join))
@example("en;q=0.5, zh;q=0.5")
def test_any_ranges_give_the_language_that_django_finds(accepted: str) -> None:
    assert language_of({"accept-language": accepted}) == as_django_says({"accept-language": accepted})


@given(st.text("enzh-*,;q=01. ", max_size=20))
def test_a_header_that_is_none_breaks_nothing(accepted: str) -> None:
    assert language_of({"accept-language": accepted}) in {"en", "zh-hans"}


REFUSALS = [
    errors.Unavailable("server_busy", Sentence("Too much is being sent and fetched now; try again in a few seconds.")),
    errors.TooLarge("too_large", Sentence("This door takes at most {most} MiB.", most=10)),
    errors.TooSlow(
        "body_too_slow", Sentence("The body came too slowly: send at least {least} bytes a second.", least=1)
    ),
    errors.Invalid("body_incomplete", "The body broke off."),
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: error.code)
def test_a_refusal_is_the_document_that_django_would_send(error: errors.DomainError, language: str) -> None:
    ours = refusal(error, {"accept-language": language})
    middleware = ProblemMiddleware(lambda request: middleware.process_exception(request, error))
    theirs = middleware(RequestFactory().get("/api/", headers={"accept-language": language}))
    assert (ours.status, json.loads(ours.body)) == (theirs.status_code, json.loads(theirs.content))  # type: ignore[arg-type]
    assert dict(ours.headers) == {name.lower(): value for name, value in theirs.headers.items()}


def test_what_is_no_refusal_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = refusal(KeyError("secret"), {})
    assert (answer.status, json.loads(answer.body)["code"]) == (500, "internal_error")  # type: ignore[arg-type]
    assert b"secret" not in answer.body  # type: ignore[operator]
    assert "secret" in caplog.text
