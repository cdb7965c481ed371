"""Answers made beside Django's handler, for many requests at once, and dressed by the same middleware as its own."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, resolve
from django.utils.log import log_response
from django.utils.module_loading import import_string

Make = Callable[[HttpRequest], HttpResponse]
_MAKE = "gisserver.make"
# What finds out who asks, or answers other addresses: whoever answers many at once does so for all of them.
_LEFT_OUT = {
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gisserver.common.access.credentials.middleware.TokenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
}


def is_welcome(request: HttpRequest) -> bool:
    """Whether the middleware lets a request through: it comes to a known host, by TLS where that is asked for."""
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return request.is_secure() or not settings.SECURE_SSL_REDIRECT


def dressed(request: HttpRequest, make: Make) -> HttpResponse:
    """Return what ``make`` answers, called in the request's language, with all that the middleware adds to answers."""
    request.resolver_match = _match(request.path_info)
    request.META[_MAKE] = make
    response = _chain()(request)
    if response.status_code >= 400:
        log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
    return response


@cache
def _match(path: str) -> ResolverMatch:
    """Return the door of a path; those that are answered here are few."""
    return resolve(path)


def _made(request: HttpRequest) -> HttpResponse:
    make: Make = request.META[_MAKE]
    return make(request)


@cache
def _chain() -> Make:
    handler: Any = convert_exception_to_response(_made)
    for path in reversed(settings.MIDDLEWARE):
        if path not in _LEFT_OUT:
            handler = convert_exception_to_response(import_string(path)(handler))
    chain: Make = handler
    return chain
