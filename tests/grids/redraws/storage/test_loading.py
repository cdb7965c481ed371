"""What a web worker keeps of drafts is never anything but what is current."""

from datetime import datetime, timedelta
from threading import Thread

import shapely
from django.test import Client

from grids.editing.coverage.coverage import Coverage
from grids.models import Division, Redraw
from grids.redraws.draft.community_draft import replayed
from grids.redraws.storage.loading import commands_of, load_drafts
from tests.factories import drawn
from tests.redrawing import Draft, line


def test_each_thread_has_its_own_prepared_frame() -> None:
    frame = Coverage.from_polygons(drawn("A")).frame
    seen: list[shapely.Polygon] = []
    thread = Thread(target=lambda: seen.append(frame.polygon))
    thread.start()
    thread.join()
    assert seen[0] is not frame.polygon
    assert seen[0] == frame.polygon


class TestSheets:
    def test_a_community_that_is_unchanged_is_read_once(self, community: Division) -> None:
        first, second = (load_drafts([community.pk])[community.pk] for _ in range(2))
        assert first is second

    def test_what_has_been_published_is_seen(self, community: Division, draft: Draft, reviewer: Client) -> None:
        before = load_drafts([community.pk])[community.pk]
        draft.draw("rename", grid="A", name="甲")
        draft.approved(reviewer).step("publish")
        after = load_drafts([community.pk])[community.pk]
        assert (before.attributes["A"].name, after.attributes["A"].name) == ("网格A", "甲")

    def test_the_past_is_still_the_past(self, community: Division, draft: Draft, reviewer: Client) -> None:
        before = load_drafts([community.pk])[community.pk]
        draft.draw("split", grid="A", line=line((1, 0), (1, 2)), new="N")
        moment = draft.approved(reviewer).step("publish")["effective_at"]
        assert (
            load_drafts([community.pk], datetime.fromisoformat(moment) - timedelta(microseconds=1))[
                community.pk
            ].coverage
            == before.coverage
        )


def test_a_draft_is_replayed_once_until_it_changes(community: Division, draft: Draft) -> None:
    draft.draw("split", grid="A", line=line((1, 0), (1, 2)), new="N")
    row = Redraw.objects.get(pk=draft.id)
    first, second = (replayed(load_drafts([community.pk]), commands_of(row))[0][community.pk] for _ in range(2))
    assert first is second
    draft.step("undo")
    assert "N" not in replayed(load_drafts([community.pk]), commands_of(row))[0][community.pk].attributes
