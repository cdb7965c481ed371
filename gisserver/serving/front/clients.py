"""Who asks, for the sharing of threads."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from gisserver.serving.front.cookies import cookie

_MAX_KNOWN = 10_000


class Clients:
    """Whose credentials have been taken once is himself, all others an address.

    Else a stranger with a new token each time would be a crowd.
    """

    def __init__(self) -> None:
        self.session_cookie = "sessionid"
        self._known: OrderedDict[str, None] = OrderedDict()

    def client_of(self, scope: Any) -> str:
        """Return a name for who sends this request (of RSGI)."""
        credential = self.credential_of(scope.headers)
        return credential if credential in self._known else str(scope.client.rpartition(":")[0])

    def learn(self, headers: Mapping[str, str], status: int) -> None:
        """Note that a request with these headers has been answered."""
        credential = self.credential_of(headers)
        if credential and 200 <= status < 300:
            self._known[credential] = None
            self._known.move_to_end(credential)
            if len(self._known) > _MAX_KNOWN:
                self._known.popitem(last=False)

    def credential_of(self, headers: Mapping[str, str]) -> str:
        """Return the header or cookie that says who asks, or an empty text."""
        return headers.get("authorization", "") or cookie(headers, self.session_cookie)
