"""Who may take rows away in bulk: a permission of its own, beside that of reading."""

from gisserver.common.access import security
from gisserver.common.access.areas import below
from gisserver.common.access.models import Grant, Viewer, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Forbidden
from gisserver.common.sentences import Sentence

# What a screen shows at once; more is taken away.
LARGEST_PAGE = 100


def may_export(user: Viewer) -> bool:
    """Say whether the user may export wherever they may read: an area lies in those that export, or below one."""
    scope = scope_of(user)
    read, exported = scope.areas(Permission.READ), scope.areas(Permission.EXPORT)
    if exported is None or not read or user.pk is None:
        return exported is None
    beyond = Grant.objects.filter(user_id=user.pk, area_id__in=read - exported)
    return read <= exported or not beyond.exclude(area_id__any_of=below(exported)).exists()


def demand_export(user: Viewer, *, rows: int | None = None) -> None:
    """Raise Forbidden ``export_not_permitted`` unless the user may export.

    Of a page with a limit of ``rows`` only when that is more than a screen shows. The export is noted.
    """
    if rows is not None and rows <= LARGEST_PAGE:
        return
    if not may_export(user):
        raise export_refused()
    note_export(user)


def note_export(user: Viewer) -> None:
    """Note that the user takes rows away."""
    security.note(security.Kind.EXPORT, subject=user.pk)


def export_refused() -> Forbidden:
    """Return the refusal to let rows be taken away in bulk."""
    return Forbidden(
        "export_not_permitted",
        Sentence(
            "You may read, but not export: ask for at most {largest_page} rows a page, or ask an administrator for a "
            "role that exports.",
            largest_page=LARGEST_PAGE,
        ),
    )
