"""Who asks, for the sharing of threads."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from gisserver.serving.front.http.credentials import Credential, Credentials

_MAX_KNOWN = 10_000


class Clients:
    """Whose credentials have been taken once is himself, all others an address.

    Else a stranger with a new token each time would be a crowd.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._known: OrderedDict[Credential, None] = OrderedDict()

    def client_of(self, scope: Any) -> str:
        """Return a name for who sends this request (of RSGI)."""
        credential = self._credentials.shown(scope.headers)
        if credential is not None and credential in self._known:
            return credential.proof
        return str(scope.client.rpartition(":")[0])

    def learn(self, headers: Mapping[str, str], status: int) -> None:
        """Note that a request with these headers has been answered."""
        credential = self._credentials.shown(headers)
        if credential and 200 <= status < 300:
            self._known[credential] = None
            self._known.move_to_end(credential)
            if len(self._known) > _MAX_KNOWN:
                self._known.popitem(last=False)
