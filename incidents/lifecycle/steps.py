"""The steps of an incident's life in one table: from which states, to which, by whom, and what they must say.

The service, the trigger that refuses others (`incidents/models/steps.py`) and the table in docs/dispatch.md follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gisserver.common.access.roles import Permission
from incidents.lifecycle.states import State

S = State
DISPATCH, HANDLE = Permission.DISPATCH_INCIDENTS, Permission.HANDLE_INCIDENTS
# Whose responsibility is the dispatcher's: nobody has been told to handle them.
WAITING = (S.ACCEPTED, S.RETURNED, S.REOPENED)
UNDER_WAY = (S.DISPATCHED, S.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name, the states it starts from, the state after it, who may take it.

    ``end`` None: back to where the incident stood before. ``needs`` names the members that its taker must say;
    ``by_another``: whoever handled the incident may not take it.
    """

    name: str
    start: tuple[State, ...]
    end: State | None
    permission: Permission
    needs: tuple[str, ...] = ()
    by_another: bool = False

    def ends(self) -> tuple[State, ...]:
        """Return the states that it can lead to."""
        return SUSPENDABLE if self.end is None else (self.end,)


SUSPENDABLE = (*WAITING, *UNDER_WAY)
STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step("accept", (S.REPORTED,), S.ACCEPTED, DISPATCH),
        Step("dispatch", (*WAITING, *UNDER_WAY), S.DISPATCHED, DISPATCH),
        Step("start", (S.DISPATCHED,), S.IN_PROGRESS, HANDLE),
        Step("handle", UNDER_WAY, S.HANDLED, HANDLE),
        Step("return", UNDER_WAY, S.RETURNED, HANDLE, ("reason",)),
        Step("suspend", SUSPENDABLE, S.SUSPENDED, DISPATCH, ("reason",)),
        Step("resume", (S.SUSPENDED,), None, DISPATCH),
        Step("verify", (S.HANDLED,), S.VERIFIED, DISPATCH, by_another=True),
        Step("rework", (S.HANDLED, S.VERIFIED), S.DISPATCHED, DISPATCH, ("reason",)),
        Step("close", (S.VERIFIED,), S.CLOSED, DISPATCH),
        Step("merge", (S.REPORTED, *SUSPENDABLE, S.SUSPENDED), S.DUPLICATE, DISPATCH, ("duplicate_of",)),
        Step("invalidate", (S.REPORTED, *SUSPENDABLE, S.SUSPENDED), S.INVALID, DISPATCH, ("reason",)),
        Step("reopen", (S.CLOSED, S.DUPLICATE, S.INVALID), S.REOPENED, DISPATCH, ("reason",)),
    )
}


def legal() -> list[tuple[str, str, str]]:
    """Return every (step, state before, state after) that there can be."""
    return [
        (step.name, before.value, after.value)
        for step in STEPS.values()
        for before in step.start
        for after in step.ends()
    ]


def possible(state: State) -> list[Step]:
    """Return the steps that start from ``state``, in the order of the table."""
    return [step for step in STEPS.values() if state in step.start]
