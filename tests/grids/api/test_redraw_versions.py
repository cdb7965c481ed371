"""Each answer carries the redraw's version; with If-Match nobody acts on what they have not seen."""

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division, Redraw, RedrawCommand
from tests.redrawing import Draft, send, signed_in

pytestmark = pytest.mark.usefixtures("laws")
RENAME = {"verb": "rename", "grid": "A", "name": "甲"}


def tag(draft: Draft) -> str:
    response = draft.client.get(draft.path)
    assert response.headers["ETag"] == f'"{response.json()["version"]}"'
    return response.headers["ETag"]


def test_whatever_changes_the_redraw_changes_its_version(draft: Draft, reviewer: Client) -> None:
    seen = [tag(draft)]
    draft.draw(**RENAME)
    seen.append(tag(draft))
    for step in ("undo", "redo", "submit"):
        draft.step(step)
        seen.append(tag(draft))
    draft.step("approve", by=reviewer)
    seen.append(tag(draft))
    draft.step("publish", by=reviewer)
    seen.append(tag(draft))
    assert len(set(seen)) == len(seen)


def test_reading_does_not(draft: Draft) -> None:
    before = tag(draft)
    draft.read("preview/")
    assert tag(draft) == before


def test_who_saw_the_last_version_acts(draft: Draft) -> None:
    response = draft.client.post(
        f"{draft.path}commands/", RENAME, content_type="application/json", headers={"If-Match": tag(draft)}
    )
    assert response.status_code == 201
    assert response.headers["ETag"] == tag(draft)


@pytest.fixture
def overtaken(draft: Draft, community: Division) -> str:
    """The version that the author saw, before a colleague drew a command."""
    seen = tag(draft)
    send(signed_in("sun", Role.SUPERVISOR, community), f"{draft.path}commands/", RENAME)
    return seen


@pytest.mark.parametrize("door", ["commands", "undo", "redo", "submit", "withdraw", "publish", "reopen", "approve"])
def test_who_did_not_is_told_what_came_in_between(draft: Draft, overtaken: str, door: str) -> None:
    body = RENAME if door == "commands" else {}
    by = draft.client if door != "approve" else signed_in("zhao", Role.REVIEWER, Division.objects.get())
    problem = send(by, f"{draft.path}{door}/", body, expect=412, **{"If-Match": overtaken})
    assert problem["code"] == "stale_version"
    assert f'"{problem["version"]}"' == tag(draft)
    [came] = problem["since"]
    assert (came["command"], came["verb"], came["author"]) == (1, "rename", "sun")


def test_nothing_is_half_done(draft: Draft, overtaken: str) -> None:
    send(draft.client, f"{draft.path}submit/", {}, expect=412, **{"If-Match": overtaken})
    assert Redraw.objects.get().status == "draft"
    send(draft.client, f"{draft.path}commands/", RENAME, expect=412, **{"If-Match": overtaken, "Idempotency-Key": "k"})
    assert RedrawCommand.objects.count() == 1


def test_steps_are_told_too(draft: Draft) -> None:
    draft.draw(**RENAME)
    seen = tag(draft)
    draft.step("undo")
    problem = send(draft.client, f"{draft.path}commands/", RENAME, expect=412, **{"If-Match": seen})
    assert [(came["action"], came["command"]) for came in problem["since"]] == [("undone", 1)]


@pytest.mark.parametrize("wanted", ["", "x", 'W/"1"', '"1-2"', '"9-9-9-draft"', '"' + "9" * 400 + '"'])
def test_what_is_no_version_of_it_is_stale(draft: Draft, wanted: str) -> None:
    problem = send(draft.client, f"{draft.path}commands/", RENAME, expect=412, **{"If-Match": wanted})
    assert problem["code"] == "stale_version"


def test_a_weak_tag_is_none(draft: Draft) -> None:
    send(draft.client, f"{draft.path}commands/", RENAME, expect=412, **{"If-Match": f"W/{tag(draft)}"})


def test_any_version_and_one_of_several(draft: Draft) -> None:
    send(draft.client, f"{draft.path}commands/", RENAME, **{"If-Match": "*"})
    send(draft.client, f"{draft.path}undo/", {}, expect=200, **{"If-Match": f'"old", {tag(draft)}'})


def test_a_retry_gets_the_first_answer_although_its_version_is_old_by_now(draft: Draft) -> None:
    headers = {"If-Match": tag(draft), "Idempotency-Key": "k"}
    first, again = (send(draft.client, f"{draft.path}commands/", RENAME, **headers) for _ in range(2))
    assert first == again


class TestWords:
    def patch(self, draft: Draft, status: int, body: object, **headers: str) -> dict[str, object]:
        response = draft.client.patch(draft.path, body, content_type="application/json", headers=headers)
        assert response.status_code == status, response.content
        answer: dict[str, object] = response.json()
        return answer

    def test_title_and_reason_are_edited(self, draft: Draft) -> None:
        before = tag(draft)
        answer = self.patch(draft, 200, {"title": "新标题"})
        assert (answer["title"], answer["reason"]) == ("新标题", "户数不均")
        assert tag(draft) != before
        assert [(event["action"], event["comment"]) for event in draft.read()["events"]][-1] == (
            "edited",
            "title: 调整",
        )

    def test_not_by_who_saw_another_version(self, draft: Draft, overtaken: str) -> None:
        assert self.patch(draft, 412, {"title": "新"}, **{"If-Match": overtaken})["code"] == "stale_version"

    def test_not_while_it_is_reviewed(self, draft: Draft) -> None:
        draft.draw(**RENAME)
        draft.step("submit")
        assert self.patch(draft, 409, {"title": "新"})["code"] == "wrong_status"

    @pytest.mark.parametrize("body", [{"title": ""}, {"title": "x" * 201}, {"reason": 5e400}, []])
    def test_bad_words(self, draft: Draft, body: object) -> None:
        assert self.patch(draft, 400, body)["code"] == "invalid"
