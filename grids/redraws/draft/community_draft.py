"""A redraw's draft as a value: for each community a coverage, and the attributes of its grids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gisserver.common.lru import Memory
from grids.editing.commands import request_of
from grids.editing.coverage.coverage import Coverage
from grids.editing.refusals import Code, EditRefused, Refusal
from grids.editing.replay import recorded
from grids.editing.rules import DEFAULT, RECORDED, REVERSAL, Rules
from grids.editing.verbs.steps import Step
from grids.editing.verbs.verb import Edit
from grids.redraws.draft.attribute_commands import AttributeCommand

# What the log of a redraw holds.
DraftCommand = Edit | AttributeCommand


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a grid; ``grid_id`` is None as long as the grid exists only in the draft."""

    grid_id: int | None
    name: str
    kind: str
    officer: str


@dataclass(frozen=True, slots=True)
class CommunityDraft:
    """The grids of one community in a draft."""

    community_id: int
    code: str
    coverage: Coverage
    attributes: Mapping[str, Attributes]


Drafts = Mapping[int, CommunityDraft]
# A draft is replayed whenever it is edited or read, so the result of each command is cached by the identity of the
# draft that it was applied to; the drafts that replays start from are cached too (`grids.redraws.storage.loading`).
_STEPS: "Memory[tuple[CommunityDraft, CommunityDraft]]" = Memory(300)


@dataclass(frozen=True, slots=True)
class Taken:
    """A command that was applied: the draft after it, the grids changed, the command with its effective values.

    ``step`` is the engine's, None for a command that changes no border.
    """

    draft: CommunityDraft
    changed: tuple[str, ...]
    exact: DraftCommand
    warnings: tuple[Refusal, ...] = ()
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A command of a redraw with its number and community.

    ``restored`` is None for a command that a user drew. For one that reverses another it holds the attributes of the
    grids that come back, and the engine applies the rules for reversals.
    """

    number: int
    community_id: int
    command: DraftCommand
    restored: Mapping[str, Attributes] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The first command that does not apply to the current partition, and why."""

    numbered: Numbered
    refusal: Refusal


def command_in_log(body: Mapping[str, Any]) -> DraftCommand:
    """Return the command that the log holds as JSON values; raises EditRefused for one that no log holds."""
    command = request_of(body)
    if not isinstance(command, DraftCommand):
        raise EditRefused(Code.MALFORMED, field="verb")
    return command


def take(draft: CommunityDraft, command: DraftCommand, restored: Mapping[str, Attributes] | None = None) -> Taken:
    """Apply a command of the log to a draft; ``restored`` as for `Numbered`; raises EditRefused."""
    if isinstance(command, AttributeCommand):
        return _with_attribute(draft, command)
    step = command.step(draft.coverage, RECORDED if restored is None else REVERSAL)
    return _taken(draft, step, command.exact(step), restored)


def take_new(draft: CommunityDraft, command: DraftCommand, rules: Rules = DEFAULT) -> Taken:
    """Apply a new command to a draft, and prove that its ``exact`` form does the same; raises EditRefused."""
    if isinstance(command, AttributeCommand):
        return _with_attribute(draft, command)
    return _taken(draft, *recorded(draft.coverage, command, rules))


def _taken(draft: CommunityDraft, step: Step, exact: Edit, restored: Mapping[str, Attributes] | None = None) -> Taken:
    sources = {move.target: move.source for move in step.moves}
    known = {**(restored or {}), **draft.attributes}
    attributes = {key: known.get(key) or _inherited(draft.attributes[sources[key]]) for key in step.coverage.keys}
    after = replace(draft, coverage=step.coverage, attributes=attributes)
    return Taken(after, step.changed, exact, step.warnings, step)


def _inherited(parent: Attributes) -> Attributes:
    """Return the attributes of a grid cut out of another: of its kind, with no name or officer yet."""
    return Attributes(None, "", parent.kind, "")


def _with_attribute(draft: CommunityDraft, command: AttributeCommand) -> Taken:
    before = draft.attributes.get(command.grid)
    if before is None:
        raise EditRefused(Code.UNKNOWN_GRID, grid=command.grid)
    change: dict[str, Any] = {command.attribute: command.value}
    after = replace(before, **change)
    if after == before:
        raise EditRefused(Code.NOTHING_CHANGES, grid=command.grid)
    return Taken(replace(draft, attributes={**draft.attributes, command.grid: after}), (command.grid,), command)


def replayed(drafts: Drafts, commands: Sequence[Numbered]) -> tuple[Drafts, Failure | None]:
    """Return the drafts after the commands, and the failure of the first that is refused; it ends the replay."""
    now = dict(drafts)
    for numbered in commands:
        try:
            now[numbered.community_id] = _after(now[numbered.community_id], numbered)
        except EditRefused as refused:
            return now, Failure(numbered, refused.refusal)
    return now, None


def _after(draft: CommunityDraft, numbered: Numbered) -> CommunityDraft:
    if numbered.restored is not None:
        return take(draft, numbered.command, numbered.restored).draft
    # The cached pair holds the draft, so that its identity is not given to another meanwhile.
    key = id(draft), numbered.command
    known = _STEPS.get(key)
    if known is None:
        known = _STEPS.keep(key, (draft, take(draft, numbered.command).draft))
    return known[1]


def draft_for(drafts: Drafts, command: DraftCommand) -> CommunityDraft:
    """Return the community draft that a command applies to: that of the grids it names, else the only one.

    Raises EditRefused with UNKNOWN_GRID, or with OTHER_COMMUNITY for grids of two communities.
    """
    owners = {key: draft for key in command.grids_named for draft in drafts.values() if key in draft.coverage}
    missing = [key for key in command.grids_named if key not in owners]
    if missing:
        raise EditRefused(Code.UNKNOWN_GRID, grid=missing[0])
    if len({draft.community_id for draft in owners.values()}) > 1:
        raise EditRefused(Code.OTHER_COMMUNITY, grids=sorted(owners))
    return next(iter([*owners.values(), *drafts.values()]))
