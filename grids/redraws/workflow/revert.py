"""Reversing a published redraw: a new draft made of the commands that take each of its steps back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext

from gisserver.common.errors import Refused
from gisserver.common.sentences import Sentence
from grids.editing.inverse import NoInverse, inverse
from grids.editing.refusals import EditRefused
from grids.models import Redraw, RedrawAction, RedrawCommand
from grids.redraws.draft.attribute_commands import AttributeCommand
from grids.redraws.draft.community_draft import DraftCommand, Numbered, Sheet, Sheets, Taken, Traits, take
from grids.redraws.draft.restored_grids import as_member
from grids.redraws.history.replay import sheets_around
from grids.redraws.storage.geojson import to_lonlat
from grids.redraws.storage.loading import commands_of
from grids.redraws.storage.permissions import note
from grids.redraws.workflow.step import WorkflowStep
from grids.redraws.workflow.transitions import REVERSE, Transition

MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class Back:
    """A command that takes a step back, in a community, with the grids that it brings back to life."""

    community_id: int
    command: DraftCommand
    revived: Mapping[str, Traits]


@dataclass
class Revert(WorkflowStep):
    """Make a draft that takes back what a published redraw did; it is reviewed and published like any other.

    A merged grid comes back as itself, with its code; the new grid of a split ends. Where others have redrawn since,
    the draft is made all the same and its conflict says which command does not apply. What is only planned is reversed
    from its own moment on: at that very moment, it never takes effect. Raises Refused ``cannot_be_reversed`` with the
    command and the place.
    """

    transition: ClassVar[Transition] = REVERSE

    reason: str = ""
    title: str = ""

    def execute(self) -> Redraw:
        """Make the draft and return it."""
        redraw, moment = self.redraw, self.redraw.effective_at
        assert moment is not None  # noqa: S101 -- a constraint of the table: published is published for a moment
        steps = steps_back(sheets_around(redraw, moment)[0], commands_of(redraw))
        title = self.title or (gettext("Reversal of “%(title)s”") % {"title": redraw.title})[:MAX_TITLE]
        made = Redraw.objects.create(title=title, reason=self.reason, author=self.user, reverses=redraw)
        made.communities.set(self.communities)
        note(made, self.user, RedrawAction.CREATED, comment=self.reason)
        RedrawCommand.objects.bulk_create(_row(made, number, back) for number, back in enumerate(steps, start=1))
        return made


def _row(redraw: Redraw, number: int, back: Back) -> RedrawCommand:
    arguments = back.command.to_json()
    verb = arguments.pop("verb")
    return RedrawCommand(
        redraw=redraw,
        number=number,
        verb=verb,
        arguments=arguments | as_member(back.revived),
        author_id=redraw.author_id,
        community_id=back.community_id,
    )


def steps_back(base: Sheets, commands: Sequence[Numbered]) -> list[Back]:
    """Return the commands that lead from what ``commands`` make of ``base`` to ``base`` again, byte for byte.

    Raises Refused ``cannot_be_reversed`` with the command and its place.
    """
    now = dict(base)
    steps: list[Back] = []
    for numbered in commands:
        sheet = now[numbered.community_id]
        try:
            taken = take(sheet, numbered.command, numbered.revived)
            steps = [*_back(sheet, numbered, taken), *steps]
        except (EditRefused, NoInverse) as error:
            raise _refused(numbered) from error
        now[numbered.community_id] = taken.sheet
    return steps


def _back(sheet: Sheet, numbered: Numbered, taken: Taken) -> list[Back]:
    command = numbered.command
    if isinstance(command, AttributeCommand):
        former: str = getattr(sheet.traits[command.grid], command.attribute)
        return [Back(sheet.community_id, command.with_value(former), {})]
    assert taken.step is not None  # noqa: S101 -- whatever else a log holds changes borders
    ended = {key: traits for key, traits in sheet.traits.items() if key not in taken.sheet.traits}
    return [Back(sheet.community_id, each, ended) for each in inverse(sheet.coverage, command, taken.step)]


def _refused(numbered: Numbered) -> Refused:
    return Refused(
        "cannot_be_reversed",
        Sentence("Command {number} has no inverse; draw what you want instead.", number=numbered.number),
        command=numbered.number,
        verb=numbered.command.verb,
        geometry=to_lonlat(numbered.command.place),
    )
