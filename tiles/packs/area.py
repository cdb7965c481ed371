"""The area of a pack: which division it is, what lies in it, and who may have it."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db.models import Extent

from gisserver.common.access import areas
from gisserver.common.access.models import Viewer, remember_scope, scope_of
from gisserver.common.access.roles import Permission, Role
from gisserver.common.access.scope import Scope
from gisserver.common.errors import NotFound
from gisserver.common.geo.mercator import Bounds
from gisserver.common.sentences import Sentence
from layers import registry

DIVISIONS = "divisions"


def _with_scope(scope: Scope) -> Viewer:
    reader = AnonymousUser()
    remember_scope(reader, scope)
    return reader


# A reader of everything, for what is cut out of it.
EVERYBODY: Viewer = _with_scope(Scope(frozenset({(Role.COLLECTOR, None)})))


@dataclass(frozen=True, slots=True)
class Area:
    """A division of today, with its box in EPSG:3857 metres."""

    id: int
    code: str
    name: str
    bounds: Bounds

    @property
    def reader(self) -> Viewer:
        """A reader who sees what a collector of just this area sees: that is what the pack holds (law 7)."""
        return _with_scope(Scope(frozenset({(Role.COLLECTOR, self.id)})))


def area_of(code: str) -> Area:
    """Return the area of the division that has ``code`` today. Raises NotFound."""
    found = next(iter(_found(code=code)), None)
    if found is None:
        raise unknown(code)
    return found


def communities() -> list[Area]:
    """Return the areas of all communities by code."""
    return _found(level="community")


def areas_for(user: Viewer) -> list[Area]:
    """Return the areas that ``user`` reads as wholes, by code."""
    return _found(user)


def area_for(user: Viewer, code: str) -> Area:
    """Return the area of ``code``. Raises NotFound unless the user reads the whole of it."""
    found = next(iter(_found(user, code=code)), None)
    if found is None:
        raise unknown(code)
    return found


def unknown(code: str) -> NotFound:
    """Return the refusal of a pack that there is not, or not for this user."""
    return NotFound("unknown_pack", Sentence("There is no pack {code!r}.", code=code[:100]))


def _found(user: Viewer | None = None, **conditions: str) -> list[Area]:
    divisions = registry.find(DIVISIONS)
    if divisions is None:
        return []
    rows = divisions.rows(EVERYBODY).filter(**conditions)
    held = None if user is None else scope_of(user).areas(Permission.READ)
    if held is not None:
        rows = rows.filter(**{f"{divisions.fid}__any_of": areas.below(held)})
    measured = rows.order_by("code").annotate(box=Extent(divisions.geometry_3857))
    # Of a division without an outline nothing can be drawn, and no grid lies in it.
    return [Area(*row) for row in measured.values_list(divisions.fid, "code", "name", "box") if row[-1]]
