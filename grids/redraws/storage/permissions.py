"""Who may see, draw, review and publish a redraw: role and area (law 7)."""

from django.contrib.auth.models import User

from gisserver.common.access.export import export_refused, note_export
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Conflict, Forbidden, NotFound
from gisserver.common.sentences import Sentence
from grids.models import Redraw, RedrawAction, RedrawStatus, holds

EDITABLE = (RedrawStatus.DRAFT, RedrawStatus.REJECTED)
UNDER_REVIEW = (RedrawStatus.SUBMITTED, RedrawStatus.APPROVED)


def lacks(permission: Permission) -> Forbidden:
    """Return the error for a user who does not hold ``permission`` in all communities of a redraw."""
    return Forbidden("not_in_your_area", Sentence("You lack {permission} in its communities.", permission=permission))


def demand(user: Viewer, permission: Permission, redraw: Redraw) -> None:
    """Raise Forbidden unless ``user`` holds ``permission`` in all communities of the redraw."""
    if not holds(user, permission, list(redraw.communities.values_list("pk", flat=True))):
        raise lacks(permission)


def demand_export(user: Viewer, redraw: Redraw) -> None:
    """Raise Forbidden ``export_not_permitted`` unless ``user`` may export in all communities of the redraw.

    The export is noted.
    """
    if not holds(user, Permission.EXPORT, list(redraw.communities.values_list("pk", flat=True))):
        raise export_refused()
    note_export(user)


def locked_redraw(user: Viewer, redraw_id: int) -> Redraw:
    """Return a visible redraw with its row locked for this transaction; raises NotFound."""
    redraw = Redraw.objects.visible_to(user).select_for_update(no_key=True).filter(pk=redraw_id).first()
    if redraw is None:
        raise NotFound("no_such_redraw", Sentence("No redraw {redraw_id} is known to you.", redraw_id=redraw_id))
    return redraw


def demand_status(redraw: Redraw, *allowed: RedrawStatus) -> None:
    """Raise Conflict unless the redraw is in one of these statuses."""
    if redraw.status not in allowed:
        raise Conflict(
            "wrong_status",
            Sentence(
                "The redraw is {status}; this needs it to be {allowed}.",
                status=redraw.status,
                allowed=" or ".join(allowed),
            ),
            status_now=redraw.status,
        )


def is_author(user: Viewer, redraw: Redraw) -> bool:
    """Return whether ``user`` created the redraw or one of its commands that is not undone."""
    return redraw.author_id == user.pk or redraw.commands.filter(author_id=user.pk, undone_at=None).exists()


def note(redraw: Redraw, user: User, action: RedrawAction, *, comment: str = "", command: int | None = None) -> None:
    """Add an entry to the redraw's log."""
    redraw.events.create(action=action, author=user, comment=comment, command=command)
