"""Which role may do what: one table. Pure."""

from enum import StrEnum

from gisserver.common.sentences import Sentence


class Role(StrEnum):
    """What a person or a component is in a division (网格员, 网格主管, 审核员, 分析员, 管理员, 部件)."""

    COLLECTOR = "collector"
    SUPERVISOR = "supervisor"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    COMPONENT = "component"


# What people call them.
ROLE_NAMES: dict[Role, Sentence] = {
    Role.COLLECTOR: Sentence("collector"),
    Role.SUPERVISOR: Sentence("supervisor"),
    Role.REVIEWER: Sentence("reviewer"),
    Role.ANALYST: Sentence("analyst"),
    Role.ADMINISTRATOR: Sentence("administrator"),
    Role.COMPONENT: Sentence("component"),
}


class Permission(StrEnum):
    """What can be permitted."""

    READ = "read"
    READ_PERSONAL = "read_personal"
    REPORT_INCIDENTS = "report_incidents"
    EXPORT = "export"
    UPLOAD_LAYERS = "upload_layers"
    REDRAW = "redraw"
    REVIEW_REDRAW = "review_redraw"
    EDIT_REGISTERS = "edit_registers"
    ADMINISTER = "administer"


_READ = {Permission.READ}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COLLECTOR: frozenset(_READ | {Permission.REPORT_INCIDENTS}),
    Role.SUPERVISOR: frozenset(
        _READ
        | {
            Permission.READ_PERSONAL,
            Permission.REPORT_INCIDENTS,
            Permission.EXPORT,
            Permission.REDRAW,
            Permission.EDIT_REGISTERS,
        }
    ),
    Role.REVIEWER: frozenset(_READ | {Permission.EXPORT, Permission.REVIEW_REDRAW}),
    Role.ANALYST: frozenset(_READ | {Permission.EXPORT, Permission.UPLOAD_LAYERS}),
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.COMPONENT: frozenset(_READ | {Permission.REPORT_INCIDENTS, Permission.EXPORT}),
}
