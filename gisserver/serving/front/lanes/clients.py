"""Who asks, for the sharing of threads."""

from collections import OrderedDict
from typing import Any

from gisserver.common.observation import forwarded_address, observed
from gisserver.serving.answers import LOG, Answer
from gisserver.serving.front.http.credentials import Credential, Credentials

_MAX_KNOWN = 10_000
_NOT_TAKEN = 401


class Clients:
    """Whose credentials Django has taken once is that user, all others an address.

    Else a stranger with a new token each time, or a user with many, would be a crowd. ``behind_proxy`` says that the
    address is the one that a proxy has added.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.behind_proxy = False
        self._credentials = credentials
        self._known: OrderedDict[Credential | None, int] = OrderedDict()

    def client_of(self, scope: Any) -> str:
        """Return a name for who sends this request (of RSGI)."""
        credential = self._credentials.shown(scope.headers)
        if credential is not None and (user := self._known.get(credential)) is not None:
            return f"user {user}"
        forwarded = _last(scope.headers, "x-forwarded-for") if self.behind_proxy else ""
        return forwarded_address(forwarded) or str(scope.client.rpartition(":")[0])

    def learn(self, scope: Any, answer: Answer) -> None:
        """Note for whom Django has taken the credential of a request: nobody, where anybody may come in."""
        credential, user = self._credentials.shown(scope.headers), observed(answer.own.get(LOG)).get("user")
        if credential is None or answer.status == _NOT_TAKEN:
            self._known.pop(credential, None)
        elif user is not None and 200 <= answer.status < 300:
            self._known[credential] = user
            self._known.move_to_end(credential)
            if len(self._known) > _MAX_KNOWN:
                self._known.popitem(last=False)


def _last(headers: Any, wanted: str) -> str:
    """Return the value of a header, the last one where there are several: a proxy adds its own behind them."""
    return next((value for name, value in reversed(list(headers.items())) if name == wanted), "")
