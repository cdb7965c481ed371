"""The site's own address, as the client wrote it."""

from django.http import HttpRequest


def site(request: HttpRequest) -> str:
    """Return the absolute address of the site, without a slash at its end; behind a proxy it may have a path."""
    prefix = request.META.get("SCRIPT_NAME", "").rstrip("/")
    return request.build_absolute_uri(f"{prefix}/").rstrip("/")
