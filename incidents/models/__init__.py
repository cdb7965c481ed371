"""Incidents, their types and grids, their steps and deadlines: the tables of the app."""

from incidents.models.deadlines import Deadline, Notice
from incidents.models.incidents import (
    EARLIEST,
    IS_OPEN,
    OPEN_STATUSES,
    Assignment,
    Incident,
    IncidentStatus,
    IncidentType,
    SourceReference,
    Stream,
)
from incidents.models.steps import LEVELS, IncidentStep
from incidents.models.types import TypeSuccession

__all__ = [
    "EARLIEST",
    "IS_OPEN",
    "LEVELS",
    "OPEN_STATUSES",
    "Assignment",
    "Deadline",
    "Incident",
    "IncidentStatus",
    "IncidentStep",
    "IncidentType",
    "Notice",
    "SourceReference",
    "Stream",
    "TypeSuccession",
]
