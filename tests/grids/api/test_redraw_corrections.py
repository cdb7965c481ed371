"""A line of the log stays as it was written; what is right is said behind it."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from grids.models import Redraw, RedrawEvent
from grids.redraws.package.dossier import dossier_of
from tests.redrawing import COMMUNITY, Draft, line, send

pytestmark = pytest.mark.usefixtures("laws")
WRONG, RIGHT = "界线与测绘图不符", "此意见原为另一方案所写，请以本条为准"


@pytest.fixture
def rejected(draft: Draft, reviewer: Client) -> dict[str, object]:
    """The line that rejects the draft with words meant for another."""
    draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
    draft.step("submit")
    event: dict[str, object] = draft.step("reject", by=reviewer, comment=WRONG)["events"][-1]
    return event


def correct(
    client: Client, draft: Draft, event: object, comment: str = RIGHT, *, expect: int = 201
) -> dict[str, object]:
    return send(client, f"{draft.path}corrections/", {"event": event, "comment": comment}, expect=expect)


def test_a_correction_stands_behind_the_line_that_it_is_about(
    draft: Draft, reviewer: Client, rejected: dict[str, object]
) -> None:
    correct(reviewer, draft, rejected["id"])
    *_, former, last = draft.read()["events"]
    assert former == rejected
    assert {name: last[name] for name in ("action", "author", "comment", "corrects")} == {
        "action": "corrected",
        "author": "zhao",
        "comment": RIGHT,
        "corrects": rejected["id"],
    }


def test_it_changes_nothing_else(draft: Draft, reviewer: Client, rejected: dict[str, object]) -> None:
    correct(reviewer, draft, rejected["id"])
    assert draft.read()["status"] == "rejected"


def test_others_do_not_correct_it(draft: Draft, rejected: dict[str, object]) -> None:
    assert correct(draft.client, draft, rejected["id"], expect=403)["code"] == "not_your_line"


def test_a_correction_without_words_is_none(draft: Draft, reviewer: Client, rejected: dict[str, object]) -> None:
    assert correct(reviewer, draft, rejected["id"], "  ", expect=400)["code"] == "invalid"


def test_a_correction_is_not_corrected(draft: Draft, reviewer: Client, rejected: dict[str, object]) -> None:
    correct(reviewer, draft, rejected["id"])
    correction = draft.read()["events"][-1]["id"]
    assert correct(reviewer, draft, correction, expect=409)["code"] == "is_a_correction"


def test_a_line_of_another_redraw_is_not_known_here(
    draft: Draft, supervisor: Client, rejected: dict[str, object]
) -> None:
    other = Draft(supervisor, COMMUNITY)
    assert correct(supervisor, other, rejected["id"], expect=404)["code"] == "no_such_line"


def test_the_database_keeps_corrections_in_one_log(
    draft: Draft, supervisor: Client, rejected: dict[str, object]
) -> None:
    line_there = RedrawEvent.objects.get(pk=rejected["id"])
    elsewhere = {"redraw_id": Draft(supervisor, COMMUNITY).id, "author": line_there.author, "comment": RIGHT}
    with pytest.raises(IntegrityError, match="corrects_own"), transaction.atomic():
        RedrawEvent.objects.create(action="corrected", corrects=line_there, **elsewhere)


def test_the_paper_says_which_line_is_corrected(draft: Draft, reviewer: Client, rejected: dict[str, object]) -> None:

    correct(reviewer, draft, rejected["id"])
    _moment, action, author, words = dossier_of(Redraw.objects.get(pk=draft.id))[0].events[-1]
    assert (action.split(" 20")[0], author, words) == ("更正 correction: 驳回 rejection", "zhao", RIGHT)
