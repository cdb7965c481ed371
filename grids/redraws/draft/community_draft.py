"""A draft as a value: for each community a sheet, with its coverage and what is said of each grid; no database."""

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
class Traits:
    """What is said of a grid beside its boundary; ``grid_id`` is None while it is only drawn."""

    grid_id: int | None
    name: str
    kind: str
    officer: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The grids of one community in a draft."""

    community_id: int
    code: str
    coverage: Coverage
    traits: Mapping[str, Traits]


Sheets = Mapping[int, Sheet]
# A draft is replayed whenever it is drawn in or read. What a command makes of a sheet is remembered, by the very sheet:
# those that are current are remembered too (`grids.redraws.storage.loading`). A step keeps only the grids it changes.
_STEPS: "Memory[tuple[Sheet, Sheet]]" = Memory(300)


@dataclass(frozen=True, slots=True)
class Taken:
    """A command that went: the sheet after it, the grids changed, the command with the values that took effect.

    ``step`` is the engine's, None for a command that changes no ground.
    """

    sheet: Sheet
    changed: tuple[str, ...]
    exact: DraftCommand
    warnings: tuple[Refusal, ...] = ()
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A command of a redraw with its number and community.

    ``revived`` is None for a command that a person drew. One that reverses another goes by the rules for that, and
    gives the grids that it brings back the identity and the words that they had.
    """

    number: int
    community_id: int
    command: DraftCommand
    revived: Mapping[str, Traits] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The first command that does not go on what is current, and why."""

    numbered: Numbered
    refusal: Refusal


def command_in_log(body: Mapping[str, Any]) -> DraftCommand:
    """Return the command that the log has written as JSON values; raise `EditRefused` for one that no log holds."""
    command = request_of(body)
    if not isinstance(command, DraftCommand):
        raise EditRefused(Code.MALFORMED, field="verb")
    return command


def take(sheet: Sheet, command: DraftCommand, revived: Mapping[str, Traits] | None = None) -> Taken:
    """Return what a command of the log does to a sheet; ``revived`` as for `Numbered`; raises EditRefused."""
    if isinstance(command, AttributeCommand):
        return _with_attribute(sheet, command)
    step = command.step(sheet.coverage, RECORDED if revived is None else REVERSAL)
    return _taken(sheet, step, command.exact(step), revived)


def take_new(sheet: Sheet, command: DraftCommand, rules: Rules = DEFAULT) -> Taken:
    """Return what a new command does to a sheet, its ``exact`` form proved to do the same; raises EditRefused."""
    if isinstance(command, AttributeCommand):
        return _with_attribute(sheet, command)
    return _taken(sheet, *recorded(sheet.coverage, command, rules))


def _taken(sheet: Sheet, step: Step, exact: Edit, revived: Mapping[str, Traits] | None = None) -> Taken:
    sources = {move.target: move.source for move in step.moves}
    words = {**(revived or {}), **sheet.traits}
    traits = {key: words.get(key) or _offspring(sheet.traits[sources[key]]) for key in step.coverage.keys}
    after = replace(sheet, coverage=step.coverage, traits=traits)
    return Taken(after, step.changed, exact, step.warnings, step)


def _offspring(parent: Traits) -> Traits:
    """Return the traits of a grid cut out of another: of its kind, with no name or officer yet."""
    return Traits(None, "", parent.kind, "")


def _with_attribute(sheet: Sheet, command: AttributeCommand) -> Taken:
    before = sheet.traits.get(command.grid)
    if before is None:
        raise EditRefused(Code.UNKNOWN_GRID, grid=command.grid)
    change: dict[str, Any] = {command.attribute: command.value}
    after = replace(before, **change)
    if after == before:
        raise EditRefused(Code.NOTHING_CHANGES, grid=command.grid)
    return Taken(replace(sheet, traits={**sheet.traits, command.grid: after}), (command.grid,), command)


def replayed(sheets: Sheets, commands: Sequence[Numbered]) -> tuple[Sheets, Failure | None]:
    """Return the sheets after the commands; they end before the first that is refused, which is returned."""
    now = dict(sheets)
    for numbered in commands:
        try:
            now[numbered.community_id] = _after(now[numbered.community_id], numbered)
        except EditRefused as refused:
            return now, Failure(numbered, refused.refusal)
    return now, None


def _after(sheet: Sheet, numbered: Numbered) -> Sheet:
    if numbered.revived is not None:
        return take(sheet, numbered.command, numbered.revived).sheet
    # The remembered pair holds the sheet, so that no other can get its identity meanwhile.
    key = id(sheet), numbered.command
    known = _STEPS.get(key)
    if known is None:
        known = _STEPS.keep(key, (sheet, take(sheet, numbered.command).sheet))
    return known[1]


def sheet_for(sheets: Sheets, command: DraftCommand) -> Sheet:
    """Return the sheet that a command is about: of the grids it names, else the one that there is.

    Raises EditRefused with UNKNOWN_GRID, or with OTHER_COMMUNITY for grids of two communities.
    """
    owners = {key: sheet for key in command.grids_named for sheet in sheets.values() if key in sheet.coverage}
    missing = [key for key in command.grids_named if key not in owners]
    if missing:
        raise EditRefused(Code.UNKNOWN_GRID, grid=missing[0])
    if len({sheet.community_id for sheet in owners.values()}) > 1:
        raise EditRefused(Code.OTHER_COMMUNITY, grids=sorted(owners))
    return next(iter([*owners.values(), *sheets.values()]))
