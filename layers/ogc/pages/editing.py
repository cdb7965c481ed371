"""What the pages share through which features are edited (Part 4)."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import orjson
from django.http import HttpResponse

from gisserver.common.access.credentials.authentication import demand_csrf_token, user_id
from gisserver.common.access.idempotency import once
from gisserver.common.errors import NotAuthenticated
from layers.editing.changes import Written, demand_editable
from layers.ogc.links import JSON
from layers.ogc.page import OgcPage
from layers.ogc.params import check_names
from layers.registry import Collection

Act = Callable[[], Sequence[Written] | None]


class EditingPage(OgcPage):
    """A page where features are edited, and where OPTIONS says by whom."""

    def allowing(self, *methods: str) -> HttpResponse:
        """Return the answer to OPTIONS: the methods of every page, and these."""
        names = [name.upper() for name in (*OgcPage.http_method_names, *methods)]
        return HttpResponse(headers={"Allow": ", ".join(names), "Content-Length": "0"})

    def editable(self, collection_id: str) -> Collection:
        """Return a collection whose features this user may edit. Raises NotAuthenticated, NotFound or Forbidden."""
        if not self.request.user.is_authenticated:
            raise NotAuthenticated("not_authenticated", "Log in, or send a token, to edit features.")
        demand_csrf_token(self.request)
        collection = self.collection(collection_id)
        check_names(self.given, self.allowed)
        demand_editable(collection, self.request.user)
        return collection

    def edited(self, collection: Collection, fid: int, act: Act) -> HttpResponse:
        """Act, once for each Idempotency-Key, and answer 204 with the ETag of the one feature that was written."""
        written, headers = self._acted_once(f"{collection.revision}/{fid}", act)
        if written:
            headers["ETag"] = etag(written[0])
        return HttpResponse(status=204, headers=headers)

    def created(self, collection: Collection, act: Act) -> HttpResponse:
        """Act as `edited` does, and answer 201 with the ids of the new features, and the address of the only one."""
        written, headers = self._acted_once(collection.revision, act)
        if len(written) == 1:
            headers["ETag"] = etag(written[0])
            headers["Location"] = self.root.collection(collection.id, "items", str(written[0].fid))
        body = orjson.dumps({"ids": [each.fid for each in written]})
        return HttpResponse(body, status=201, content_type=JSON, headers=headers)

    def _acted_once(self, place: str, act: Act) -> tuple[list[Written], dict[str, str]]:
        """Return what was written, now or by the first request of the same key, and the header that tells a replay."""
        request = self.request

        def acted() -> dict[str, Any]:
            return {"written": [asdict(each) for each in act() or ()]}

        answer, replayed = once(
            user_id=user_id(request),
            door=f"ogc.{request.method}.{place}",
            key=request.headers.get("Idempotency-Key"),
            body=request.headers.get("Content-Crs", "").encode() + request.body,
            act=acted,
        )
        headers = {"Idempotent-Replayed": "true"} if replayed else {}
        return [Written(**each) for each in answer["written"]], headers


def etag(written: Written) -> str:
    """Return the ETag of a feature that was just written: its state alone, which If-Match takes as it takes others."""
    return f'"{written.state}"'
