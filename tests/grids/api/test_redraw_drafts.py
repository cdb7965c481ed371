"""Beginning a redraw, and finding it."""

import pytest
from django.test import Client

from grids.models import Redraw
from tests.factories import division, drawn
from tests.redrawing import COMMUNITY as C
from tests.redrawing import Draft, send

pytestmark = pytest.mark.usefixtures("laws")


class TestDrafts:
    def test_a_new_redraw_is_a_draft(self, supervisor: Client) -> None:
        answer = send(supervisor, "/api/redraws/", {"title": "T", "reason": "R", "communities": [C]})
        shown = {name: answer[name] for name in ("status", "title", "reason", "communities", "author", "conflict")}
        assert shown == {
            "status": "draft",
            "title": "T",
            "reason": "R",
            "communities": [C],
            "author": "wang",
            "conflict": None,
        }
        assert [event["action"] for event in answer["events"]] == ["created"]

    def test_a_retry_makes_no_second_one(self, supervisor: Client) -> None:
        body = {"title": "T", "communities": [C]}
        first, again = (send(supervisor, "/api/redraws/", body, **{"Idempotency-Key": "k"}) for _ in range(2))
        assert first == again
        assert Redraw.objects.count() == 1

    def test_it_is_listed(self, draft: Draft) -> None:
        rows = draft.client.get("/api/redraws/?status=draft").json()["results"]
        assert [(row["id"], row["communities"], row["commands"]) for row in rows] == [(draft.id, [C], 0)]

    def test_an_unknown_community(self, supervisor: Client) -> None:
        assert send(supervisor, "/api/redraws/", {"title": "T", "communities": ["X"]}, expect=404)["code"] == (
            "no_such_division"
        )

    def test_a_community_without_grids(self, admin_client: Client) -> None:
        division("D", geometry=drawn("....D")["D"])
        answer = send(admin_client, "/api/redraws/", {"title": "T", "communities": ["D"]}, expect=422)
        assert answer["code"] == "no_grids"
