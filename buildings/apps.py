"""Django's handle on the app `buildings`."""

from django.apps import AppConfig


class BuildingsConfig(AppConfig):
    """The app `buildings`."""

    name = "buildings"
    verbose_name = "楼栋房屋 Buildings"

    def ready(self) -> None:
        """Connect the receivers, make the kinds of jobs known, and tell the grids what they carry."""
        from buildings import moves, receivers, selectors  # noqa: F401
        from buildings.geocoding.files.kinds import register_kinds
        from grids import loads

        register_kinds()
        loads.register("buildings", selectors.buildings_per_grid)
        loads.register("units", selectors.units_per_grid)
        loads.register_together(("households", "residents"), selectors.households_per_grid)
        loads.register_on_ground("buildings", selectors.buildings_on)
        loads.register_moved("buildings", moves.buildings_moved)
        loads.register_listing("building", "buildings", moves.building_lines)
        loads.register_listing("unit", "buildings", moves.unit_lines)
        loads.register_footprints("buildings", selectors.footprints_on)
