"""Columns that several layers of buildings publish."""

from django.utils.translation import gettext_lazy as _

from buildings.models import BuildingKind
from gisserver.common.sentences import Sentence
from grids.layers import division_lookup, grid_lookup
from layers.fields import Field, FieldType

CHANGED_BY = Sentence(
    "The registers change at /api/buildings/, /api/units/ and /api/legal-persons/, or by importing a file."
)
CODE_OF_BUILDING = Field("code", title=_("Code of the building"), in_tiles=False)
CODE_OF_UNIT = Field("code", title=_("Code of the unit"), in_tiles=False)
ROOM_NUMBER = Field("number", title=_("Room number"))
FLOOR = Field("floor", FieldType.INTEGER, title=_("Floor"))
KIND = Field("kind", title=_("Use"), values=tuple(BuildingKind.values))
BUILDING = Field("building", FieldType.INTEGER, title=_("Building"), source="building_id")
BUILDING_CODE = Field("building_code", title=_("Code of the building"), in_tiles=False)
GRID = Field(
    "grid", title=_("Code of the grid"), source="grid_code", in_tiles=False, lookup=grid_lookup("held__grid_id")
)
COMMUNITY = Field(
    "community",
    title=_("Code of the community"),
    source="community_code",
    in_tiles=False,
    lookup=division_lookup("community_then"),
)
ADDRESS = Field("address", title=_("Standard address"), in_tiles=False)
