"""Buildings, entrances, units, households, legal persons and their addresses: everything that has a place."""

from buildings.models.address import Address, AddressKind, KnownName
from buildings.models.base import RULES, IssuedCode, PlacedQuerySet, on_ground
from buildings.models.building import (
    Building,
    BuildingAsOf,
    BuildingAssignment,
    BuildingCode,
    BuildingKind,
    BuildingState,
    BuildingStatus,
)
from buildings.models.event import EventEffect, EventKind, LifecycleEvent, Role, Target
from buildings.models.inside import (
    Entrance,
    EntranceAsOf,
    EntranceState,
    Household,
    HouseholdAsKnown,
    HouseholdState,
    Unit,
    UnitAsOf,
    UnitCode,
    UnitState,
)
from buildings.models.legal_person import (
    LegalPerson,
    LegalPersonAsOf,
    LegalPersonKind,
    LegalPersonState,
    LegalPersonStatus,
)
from buildings.models.quality import QualityDecision
from buildings.models.register_run import RegisterRun, run_name
from buildings.models.review import Doubt, ReviewItem, ReviewItemQuerySet, ReviewStatus

__all__ = [
    "RULES",
    "Address",
    "AddressKind",
    "Building",
    "BuildingAsOf",
    "BuildingAssignment",
    "BuildingCode",
    "BuildingKind",
    "BuildingState",
    "BuildingStatus",
    "Doubt",
    "Entrance",
    "EntranceAsOf",
    "EntranceState",
    "EventEffect",
    "EventKind",
    "Household",
    "HouseholdAsKnown",
    "HouseholdState",
    "IssuedCode",
    "KnownName",
    "LegalPerson",
    "LegalPersonAsOf",
    "LegalPersonKind",
    "LegalPersonState",
    "LegalPersonStatus",
    "LifecycleEvent",
    "PlacedQuerySet",
    "QualityDecision",
    "RegisterRun",
    "ReviewItem",
    "ReviewItemQuerySet",
    "ReviewStatus",
    "Role",
    "Target",
    "Unit",
    "UnitAsOf",
    "UnitCode",
    "UnitState",
    "on_ground",
    "run_name",
]
