"""Correct what the log of a redraw says: the line stays as it was written, the correction stands behind it."""

from django.contrib.auth.models import User
from django.db import transaction

from gisserver.common.access.roles import Permission
from gisserver.common.errors import Conflict, Forbidden, NotFound, Refused
from gisserver.common.sentences import Sentence
from grids.models import Redraw, RedrawAction, holds
from grids.redraws.storage.permissions import locked_redraw


@transaction.atomic
def correct(*, user: User, redraw_id: int, event: int, comment: str) -> Redraw:
    """Add the correction of a line of the log: who wrote the line may, and who administers the redraw's communities.

    Raises NotFound for another redraw's line, Conflict for a line that is itself a correction, Refused without words.
    """
    redraw = locked_redraw(user, redraw_id)
    line = redraw.events.filter(pk=event).first()
    if line is None:
        raise NotFound("no_such_line", Sentence("The redraw's log has no line {event}.", event=event))
    communities = list(redraw.communities.values_list("pk", flat=True))
    if line.author_id != user.pk and not holds(user, Permission.ADMINISTER, communities):
        raise Forbidden("not_your_line", "Only who wrote a line corrects it.")
    if line.corrects_id is not None:
        raise Conflict("is_a_correction", "This line is a correction: correct the line that it is about.")
    if not comment.strip():
        raise Refused("comment_missing", "Say what is right.")
    redraw.events.create(action=RedrawAction.CORRECTED, author=user, comment=comment, corrects=line)
    return redraw
