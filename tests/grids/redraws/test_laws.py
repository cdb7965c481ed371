"""What was done to a redraw stays written, whoever writes (law 4)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from grids.models import Redraw, RedrawAction
from tests.factories import administrator, community_of
from tests.redrawing import check_constraints

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def redraw() -> Redraw:
    community = community_of("A")
    made = Redraw.objects.create(title="T", author=administrator())
    made.communities.add(community)
    made.commands.create(
        number=1, verb="rename", arguments={"grid": "A", "name": "x"}, author=made.author, community=community
    )
    made.events.create(action=RedrawAction.CREATED, author=made.author)
    return made


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM grids_redrawevent",
        "DELETE FROM grids_redrawcommand",
        "DELETE FROM grids_redraw",
        "UPDATE grids_redrawevent SET comment = 'x'",
        "UPDATE grids_redrawcommand SET arguments = '{}'",
        "UPDATE grids_redrawcommand SET number = 2",
    ],
)
def test_the_log_is_never_changed(redraw: Redraw, statement: str) -> None:
    with pytest.raises(IntegrityError, match="never deleted|is history"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_withdrawn_redraw_stays_withdrawn(redraw: Redraw) -> None:
    Redraw.objects.update(status="withdrawn")
    redraw.events.create(action=RedrawAction.WITHDRAWN, author=redraw.author)
    with pytest.raises(IntegrityError, match="is history"), transaction.atomic():
        Redraw.objects.update(status="draft")


def test_a_command_may_be_marked_undone_and_redone(redraw: Redraw) -> None:
    redraw.commands.update(undone_at="2026-01-01T00:00:00Z")
    assert redraw.commands.update(undone_at=None) == 1


@pytest.mark.parametrize("status", ["submitted", "approved", "rejected", "published", "withdrawn"])
def test_nobody_puts_a_redraw_into_a_state_without_a_line_in_its_log(redraw: Redraw, status: str) -> None:
    Redraw.objects.update(status=status, effective_at=timezone.now())
    with pytest.raises(IntegrityError, match=f"is {status} without a line in its log"):
        check_constraints()


def test_the_line_may_be_written_behind_the_state(redraw: Redraw) -> None:
    Redraw.objects.update(status="submitted")
    redraw.events.create(action=RedrawAction.SUBMITTED, author=redraw.author)
    check_constraints()
