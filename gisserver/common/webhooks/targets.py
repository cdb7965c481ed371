"""Where webhooks may go: to the public internet, and to the networks that the operator names (WEBHOOK_NETWORKS).

An address that somebody else chooses must not make the server ask its own machine or its neighbours. A name is looked
up once for each attempt, and it is the addresses found then that are connected to: a name that answers otherwise a
moment later leads nowhere.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from gisserver.common.errors import Invalid

Address = IPv4Address | IPv6Address
# NAT64 (RFC 6052): an IPv4 address stands in the last 32 bits.
_NAT64 = IPv6Network("64:ff9b::/96")


def parsed(url: str) -> SplitResult:
    """Return the parts of a webhook's address.

    Raises Invalid ``bad_webhook_url`` for what is no address of HTTP, and ``webhook_target_refused`` for an IP address
    to which nothing is sent; where a name leads is looked at when something is sent.
    """
    try:
        parts = urlsplit(url)
        port_is_good = parts.port != 0
    except ValueError:
        port_is_good = False
    if not port_is_good or parts.scheme not in {"http", "https"} or not parts.hostname or _says_more(parts):
        raise Invalid("bad_webhook_url", "url must be an https address without a user name, a password or a fragment.")
    literal = _literal(parts.hostname)
    if literal is not None and not _is_allowed(literal, parts.scheme):
        raise _refused()
    return parts


def addresses_of(parts: SplitResult) -> list[tuple[Any, ...]]:
    """Return the socket addresses to which the name of an address leads, each of them allowed.

    Raises Invalid ``webhook_target_refused`` when one is not, OSError when the name is not known.
    """
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    if not all(_is_allowed(ip_address(str(each[4][0]).partition("%")[0]), parts.scheme) for each in found):
        raise _refused()
    return [each[4] for each in found]


def _says_more(parts: SplitResult) -> bool:
    return bool(parts.username or parts.password or parts.fragment or any(map(str.isspace, parts.geturl())))


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_allowed(address: Address, scheme: str) -> bool:
    real = _embedded(address)
    if any(real in network for network in settings.WEBHOOK_NETWORKS):
        return True
    return scheme == "https" and real.is_global and not real.is_multicast


def _embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def _refused() -> Invalid:
    return Invalid(
        "webhook_target_refused",
        "Webhooks go to https addresses of the public internet; the operator may name others (WEBHOOK_NETWORKS).",
    )
