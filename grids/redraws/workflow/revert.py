"""Reversing a published redraw: a new draft of the commands that reverse each of its steps."""

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
from grids.redraws.draft.community_draft import Attributes, CommunityDraft, DraftCommand, Drafts, Numbered, Taken, take
from grids.redraws.draft.restored_grids import as_member
from grids.redraws.history.replay import drafts_around
from grids.redraws.storage.geojson import to_lonlat
from grids.redraws.storage.loading import commands_of
from grids.redraws.storage.permissions import note
from grids.redraws.workflow.step import WorkflowStep
from grids.redraws.workflow.transitions import REVERSE, Transition

MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class Back:
    """A command that reverses a step, in a community, with the attributes of the grids that it restores."""

    community_id: int
    command: DraftCommand
    restored: Mapping[str, Attributes]


@dataclass
class Revert(WorkflowStep):
    """Make a draft that reverses a published redraw; it is reviewed and published like any other.

    A merged grid is restored with its id and code; the new grid of a split ends. Where others have redrawn since, the
    draft is made all the same and its conflict names the command that does not apply. A planned redraw is reversed from
    its own moment on: published for that moment, the reversal keeps it from taking effect. Raises Refused
    ``cannot_be_reversed`` with the command and the place.
    """

    transition: ClassVar[Transition] = REVERSE

    reason: str = ""
    title: str = ""

    def execute(self) -> Redraw:
        """Make the draft and return it."""
        redraw, moment = self.redraw, self.redraw.effective_at
        assert moment is not None  # noqa: S101 -- a constraint of the table: published is published for a moment
        steps = steps_back(drafts_around(redraw, moment)[0], commands_of(redraw))
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
        arguments=arguments | as_member(back.restored),
        author_id=redraw.author_id,
        community_id=back.community_id,
    )


def steps_back(base: Drafts, commands: Sequence[Numbered]) -> list[Back]:
    """Return the commands that lead from what ``commands`` make of ``base`` to ``base`` again, byte for byte.

    Raises Refused ``cannot_be_reversed`` with the command and its place.
    """
    now = dict(base)
    steps: list[Back] = []
    for numbered in commands:
        draft = now[numbered.community_id]
        try:
            taken = take(draft, numbered.command, numbered.restored)
            steps = [*_back(draft, numbered, taken), *steps]
        except (EditRefused, NoInverse) as error:
            raise _refused(numbered) from error
        now[numbered.community_id] = taken.draft
    return steps


def _back(draft: CommunityDraft, numbered: Numbered, taken: Taken) -> list[Back]:
    command = numbered.command
    if isinstance(command, AttributeCommand):
        former: str = getattr(draft.attributes[command.grid], command.attribute)
        return [Back(draft.community_id, command.with_value(former), {})]
    assert taken.step is not None  # noqa: S101 -- whatever else a log holds changes borders
    ended = {key: attributes for key, attributes in draft.attributes.items() if key not in taken.draft.attributes}
    return [Back(draft.community_id, each, ended) for each in inverse(draft.coverage, command, taken.step)]


def _refused(numbered: Numbered) -> Refused:
    return Refused(
        "cannot_be_reversed",
        Sentence("Command {number} has no inverse; draw what you want instead.", number=numbered.number),
        command=numbered.number,
        verb=numbered.command.verb,
        geometry=to_lonlat(numbered.command.place),
    )
