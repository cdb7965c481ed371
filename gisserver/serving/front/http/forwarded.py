"""How a request reached the proxies in front: the site's address as they say it, by RFC 7239 or by X-Forwarded-….

Anybody can write such headers, so only those of configured proxies count. Each proxy adds its word behind the others',
so that the last one is that of the proxy that is known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, Final

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.serving.answers import Answer

Network = IPv4Network | IPv6Network
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_PREFIX: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")
_PAIR: Final = re.compile(r'\s*([A-Za-z]+)\s*=\s*("[^"]*"|[^;,"]*)\s*(?:;|$)')


class ForwardedScope:
    """A request (of RSGI) that came by way of a proxy: the same, but for the address that its client used."""

    def __init__(self, scope: Any, *, scheme: str, host: str, prefix: str) -> None:
        self._scope = scope
        self.scheme, self.forwarded_host, self.prefix = scheme, host, prefix
        self.site = f"{scheme}://{host}{prefix}"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scope, name)


def as_forwarded(scope: Any, proxies: Sequence[Network]) -> Any:
    """Return the request as the client sent it to the proxy, or as it is when it comes from no proxy of ours.

    Raises Invalid ``bad_forwarded`` for a word that is no scheme, host or prefix.
    """
    if not proxies or not _is_from(scope.client, proxies):
        return scope
    said = dict(_pairs(_last(scope, "forwarded")))
    scheme = (said.get("proto") or _last(scope, "x-forwarded-proto") or scope.scheme).lower()
    host = said.get("host") or _last(scope, "x-forwarded-host") or scope.headers.get("host") or scope.authority or ""
    prefix = _last(scope, "x-forwarded-prefix")
    if scheme not in {"http", "https"} or not _HOST.fullmatch(host) or not _PREFIX.fullmatch(prefix):
        raise Invalid(
            "bad_forwarded", Sentence("The proxy names no address: {site}.", site=f"{scheme}://{host}{prefix}")
        )
    return ForwardedScope(scope, scheme=scheme, host=host, prefix=prefix.rstrip("/"))


def located(answer: Answer, scope: Any) -> Answer:
    """Return an answer whose Location, where it is but a path, lies below the path that the proxy says."""
    prefix = getattr(scope, "prefix", "")
    said = answer.header("location") if prefix else None
    if said is None or not said.startswith("/") or said.startswith(("//", f"{prefix}/")):
        return answer
    others = [pair for pair in answer.headers if pair[0].lower() != "location"]
    return replace(answer, headers=[*others, ("location", prefix + said)])


def _is_from(client: str, proxies: Sequence[Network]) -> bool:
    try:
        address = ip_address(client.rpartition(":")[0].strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in proxies)


def _last(scope: Any, wanted: str) -> str:
    """Return the last element of a header that may come several times, or ''."""
    values = [value for name, value in scope.headers.items() if name == wanted]
    return values[-1].rpartition(",")[2].strip() if values else ""


def _pairs(element: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of one element of the header Forwarded."""
    for match in _PAIR.finditer(element):
        yield match[1].lower(), match[2].strip('"')
