"""The log of redraws, replayed from the import on, gives what is stored, byte for byte; else it says where not."""

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from grids.models import Division, GridVersion, Redraw
from grids.redraws.history.replay import replay_log
from tests.factories import community_of, drawn, to_geos
from tests.redrawing import COMMUNITY, Draft, area, check_constraints, line, point

pytestmark = pytest.mark.usefixtures("laws")
OTHER = "440310001002"


@pytest.fixture
def community() -> Division:
    """AABB
    AABB
    """
    made = community_of("AABB/AABB")
    check_constraints()
    return made


@pytest.fixture
def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


def publish(
    client: Client, reviewer: Client, *commands: tuple[str, dict[str, Any]], at: datetime | None = None
) -> Draft:
    draft = Draft(client, COMMUNITY)
    for verb, members in commands:
        draft.draw(verb, **members)
    draft.approved(reviewer).step("publish", effective_at=None if at is None else at.isoformat())
    return draft


def a_year(client: Client, reviewer: Client, tomorrow: datetime) -> list[Draft]:
    """Publish eight redraws of every kind: now, tomorrow, twice at one moment, and a grid that goes and comes back."""
    cut = {"grid": "A", "line": line((1, 0), (1, 2)), "new": "N"}
    corner = area((2, 0), (2.7, 0.1), (2.4, 0.8), (2, 0.9))
    return [
        publish(client, reviewer, ("split", cut), ("rename", {"grid": "N", "name": "东"})),
        publish(client, reviewer, ("transfer", {"from": "B", "to": "N" if "N" in east() else "A", "area": corner})),
        publish(
            client, reviewer, ("insert_node", {"at": point(0, 0.5)}), ("set_kind", {"grid": "B", "kind": "special"})
        ),
        publish(client, reviewer, ("merge", {"grids": ["A", "N"], "keep": "A"})),
        publish(client, reviewer, ("split", {"grid": "B", "line": line((2, 1.5), (4, 1.5)), "new": "M"}), at=tomorrow),
        publish(client, reviewer, ("rename", {"grid": "A", "name": "甲"}), at=tomorrow),
        publish(client, reviewer, ("reshape", {"line": line((2, 1.5), (1.7, 1.7), (2, 2))}), at=tomorrow),
        publish(client, reviewer, ("merge", {"grids": ["A", "B"], "keep": "B"}), at=tomorrow + timedelta(hours=1)),
    ]


def east() -> set[str]:
    """Return the codes of the grids at the place just west of B."""
    place = to_geos(drawn("A")["A"].centroid).clone()
    place.x += 140
    return set(GridVersion.objects.at().filter(geom__covers=place).values_list("code", flat=True))


def check(*arguments: str) -> list[str]:
    """Return the lines that the command prints."""
    out = StringIO()
    call_command("check_partition", "--replay", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_a_year_of_redraws_is_what_the_log_gives(supervisor: Client, reviewer: Client, tomorrow: datetime) -> None:
    drafts = a_year(supervisor, reviewer, tomorrow)
    proved, replayed = check()
    assert proved == "proved: 2 grids tile 1 communities exactly"
    assert replayed.startswith(f"replayed: {len(drafts)} redraws and ")
    assert replayed.endswith(" in 1 communities are what the log gives, byte for byte")


def test_a_later_import_is_a_new_base_and_said(supervisor: Client, reviewer: Client, tomorrow: datetime) -> None:
    publish(supervisor, reviewer, ("rename", {"grid": "A", "name": "甲"}))
    for version in GridVersion.objects.at(tomorrow).filter(code="A"):
        GridVersion.objects.filter(pk=version.pk).end(tomorrow)
        version.pk, version.valid, version.source, version.redraw = None, (tomorrow, None), "册.gpkg", None
        version.save()
    publish(supervisor, reviewer, ("rename", {"grid": "A", "name": "乙"}), at=tomorrow + timedelta(hours=1))
    _proved, reason, replayed = check()
    assert reason.startswith(f"community {COMMUNITY} was imported anew from 册.gpkg at ")
    assert "2 redraws" in replayed


def test_a_command_struck_from_the_log_is_found(supervisor: Client, reviewer: Client, tomorrow: datetime) -> None:
    drafts = a_year(supervisor, reviewer, tomorrow)
    Redraw.objects.get(pk=drafts[3].id).commands.update(undone_at=timezone.now())
    found = replay_log().difference
    assert found is not None
    assert (found.community, found.moment) == (COMMUNITY, Redraw.objects.get(pk=drafts[3].id).effective_at)
    assert (found.grid, found.what) == ("A", "has a version that no command drew")
    with pytest.raises(CommandError, match=r"replay_differs: grid A of 440310001001 has a version that no command"):
        check()


def test_a_version_that_a_redraw_did_not_draw_is_found(supervisor: Client, reviewer: Client) -> None:
    draft = publish(supervisor, reviewer, ("rename", {"grid": "A", "name": "甲"}))
    now = timezone.now()
    version = GridVersion.objects.at(now).get(code="A")
    GridVersion.objects.filter(pk=version.pk).end(now)
    version.pk, version.valid, version.name = None, (now, None), "假"
    version.save()
    found = replay_log().difference
    assert found is not None
    assert (found.grid, found.what, version.redraw_id) == ("A", "has a version that no command drew", draft.id)


def test_a_command_that_says_something_else_is_found_with_its_number(supervisor: Client, reviewer: Client) -> None:
    """The command that renamed is struck out, one that splits is left: the name differs, and the split drew it last."""
    draft = publish(
        supervisor,
        reviewer,
        ("rename", {"grid": "A", "name": "甲"}),
        ("split", {"grid": "A", "line": line((0, 1), (2, 1)), "new": "N"}),
    )
    Redraw.objects.get().commands.filter(number=1).update(undone_at=timezone.now())
    found = replay_log().difference
    assert found is not None
    assert (found.grid, found.what) == ("A", "differs in name")
    assert (found.redraw, found.command) == (draft.id, 2)


def test_one_community_alone(supervisor: Client, reviewer: Client, community: Division) -> None:
    publish(supervisor, reviewer, ("rename", {"grid": "A", "name": "甲"}))
    assert replay_log(community=COMMUNITY).redraws == 1
    assert replay_log(community=OTHER).communities == 0
