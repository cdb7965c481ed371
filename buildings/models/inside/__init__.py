"""What is inside a building: entrances, units with their codes, households."""

from buildings.models.inside.entrance import Entrance, EntranceAsOf, EntranceState
from buildings.models.inside.household import Household, HouseholdAsOf, HouseholdState, HouseholdWords
from buildings.models.inside.unit import Unit, UnitAsOf, UnitCode, UnitState

__all__ = [
    "Entrance",
    "EntranceAsOf",
    "EntranceState",
    "Household",
    "HouseholdAsOf",
    "HouseholdState",
    "HouseholdWords",
    "Unit",
    "UnitAsOf",
    "UnitCode",
    "UnitState",
]
