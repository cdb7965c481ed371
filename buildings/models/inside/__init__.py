"""What is inside a building: entrances, units with their codes, households."""

from buildings.models.inside.entrance import Entrance, EntranceAsOf, EntranceState
from buildings.models.inside.household import Household, HouseholdAsKnown, HouseholdState, HouseholdWords
from buildings.models.inside.unit import Unit, UnitAsOf, UnitCode, UnitState

__all__ = [
    "Entrance",
    "EntranceAsOf",
    "EntranceState",
    "Household",
    "HouseholdAsKnown",
    "HouseholdState",
    "HouseholdWords",
    "Unit",
    "UnitAsOf",
    "UnitCode",
    "UnitState",
]
