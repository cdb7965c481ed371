"""Which role may do what: one table, an entry a role. Pure."""

from enum import StrEnum

from gisserver.common.sentences import Sentence


class Permission(StrEnum):
    """What can be permitted."""

    READ = "read"
    READ_PERSONAL = "read_personal"
    REPORT_INCIDENTS = "report_incidents"
    DISPATCH_INCIDENTS = "dispatch_incidents"
    HANDLE_INCIDENTS = "handle_incidents"
    EXPORT = "export"
    UPLOAD_LAYERS = "upload_layers"
    REDRAW = "redraw"
    REVIEW_REDRAW = "review_redraw"
    EDIT_REGISTERS = "edit_registers"
    ADMINISTER = "administer"


P = Permission
_UNNAMED = Sentence("")


class Role(StrEnum):
    """What a person or a component is in a division: its code, what people call it, what it permits.

    The constraint of grants and the table in docs/accounts.md follow from the members: `make derived`.
    """

    _value_: str
    called: Sentence
    permissions: frozenset[Permission]

    def __new__(cls, code: str, called: Sentence = _UNNAMED, *permissions: Permission) -> "Role":
        """Return the member of ``code``; the default is for type checkers, who take `Role(code)` for a call of this."""
        role = str.__new__(cls, code)
        role._value_ = code
        role.called = called
        role.permissions = frozenset(permissions)
        return role

    COLLECTOR = "collector", Sentence("collector"), P.READ, P.REPORT_INCIDENTS, P.HANDLE_INCIDENTS
    DISPATCHER = (
        "dispatcher", Sentence("dispatcher"),
        P.READ, P.REPORT_INCIDENTS, P.EXPORT, P.DISPATCH_INCIDENTS, P.HANDLE_INCIDENTS,
    )  # fmt: skip
    SUPERVISOR = (
        "supervisor", Sentence("supervisor"),
        P.READ, P.READ_PERSONAL, P.REPORT_INCIDENTS, P.EXPORT, P.REDRAW, P.EDIT_REGISTERS, P.DISPATCH_INCIDENTS,
        P.HANDLE_INCIDENTS,
    )  # fmt: skip
    REVIEWER = "reviewer", Sentence("reviewer"), P.READ, P.EXPORT, P.REVIEW_REDRAW
    ANALYST = "analyst", Sentence("analyst"), P.READ, P.EXPORT, P.UPLOAD_LAYERS
    ADMINISTRATOR = "administrator", Sentence("administrator"), *Permission
    COMPONENT = "component", Sentence("component"), P.READ, P.REPORT_INCIDENTS, P.EXPORT, P.HANDLE_INCIDENTS
