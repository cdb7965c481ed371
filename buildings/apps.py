"""Django's handle on the app `buildings`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BuildingsConfig(AppConfig):
    """The app `buildings`."""

    name = "buildings"
    verbose_name = _("Buildings and units")

    def ready(self) -> None:
        """Connect the receivers, make the kinds of jobs known, and tell the grids what they carry."""
        from buildings import moves, receivers, selectors  # noqa: F401
        from buildings.geocoding.files.kinds import register_kinds
        from buildings.importers.jobs import register_kind
        from buildings.models import Building, Household, LegalPerson, Unit
        from gisserver.common.changes import kinds as changes
        from grids import asset_registry

        register_kinds()
        register_kind()
        changes.register("buildings", Building.objects)
        changes.register("units", Unit.objects)
        changes.register("households", Household.objects, "identity")
        changes.register("legal_persons", LegalPerson.objects)
        asset_registry.register("buildings", selectors.buildings_per_grid)
        asset_registry.register_together(selectors.HELD, selectors.held_per_grid)
        asset_registry.register_carried("buildings", selectors.buildings_on)
        asset_registry.register_moved("buildings", moves.buildings_moved)
        asset_registry.register_listing("building", "buildings", moves.building_lines)
        asset_registry.register_listing("unit", "buildings", moves.unit_lines)
        asset_registry.register_footprints("buildings", selectors.footprints_on)
