"""Incidents, their types and grids, their steps and deadlines: the tables of the app."""

from incidents.models.deadlines import Deadline, Notice, RunningTerm
from incidents.models.duplicates import DistinctPair
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
from incidents.models.placing import PlacingOrder, RoadSide
from incidents.models.steps import LEVELS, IncidentStep
from incidents.models.types import TypeSuccession

__all__ = [
    "EARLIEST",
    "IS_OPEN",
    "LEVELS",
    "OPEN_STATUSES",
    "Assignment",
    "Deadline",
    "DistinctPair",
    "Incident",
    "IncidentStatus",
    "IncidentStep",
    "IncidentType",
    "Notice",
    "PlacingOrder",
    "RoadSide",
    "RunningTerm",
    "SourceReference",
    "Stream",
    "TypeSuccession",
]
