"""The states of an incident, each with the status that lists, tiles and imports know it by."""

from enum import StrEnum


class State(StrEnum):
    """Where an incident stands; ``status`` is the coarser word of it."""

    _value_: str
    status: str

    def __new__(cls, code: str, status: str = "") -> "State":
        """Return the member of ``code``; the default is for type checkers, as in `Role`."""
        state = str.__new__(cls, code)
        state._value_ = code
        state.status = status
        return state

    REPORTED = "reported", "new"
    ACCEPTED = "accepted", "new"
    RETURNED = "returned", "new"  # by who was to handle it, to the dispatcher
    REOPENED = "reopened", "new"
    DISPATCHED = "dispatched", "assigned"
    IN_PROGRESS = "in_progress", "in_progress"
    SUSPENDED = "suspended", "in_progress"
    HANDLED = "handled", "resolved"
    VERIFIED = "verified", "resolved"
    CLOSED = "closed", "closed"
    DUPLICATE = "duplicate", "closed"
    INVALID = "invalid", "closed"


# Where an incident stands that has taken no step: what it came in with says it.
STATE_OF_STATUS = {
    "new": State.REPORTED,
    "assigned": State.DISPATCHED,
    "in_progress": State.IN_PROGRESS,
    "resolved": State.HANDLED,
    "closed": State.CLOSED,
}
