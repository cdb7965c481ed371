"""What a draft is called and why it is made: changed as long as it may be drawn on."""

from django.contrib.auth.models import User
from django.db import transaction

from gisserver.common.access.roles import Permission
from grids.models import Redraw, RedrawAction
from grids.redraws.commands.services import EDITABLE
from grids.redraws.storage.permissions import demand, demand_status, locked_redraw, note


@transaction.atomic
def reword(*, user: User, redraw_id: int, title: str | None = None, reason: str | None = None) -> Redraw:
    """Give a draft another title or reason (None: as it was); the log keeps what it was before."""
    redraw = locked_redraw(user, redraw_id)
    demand(user, Permission.REDRAW, redraw)
    demand_status(redraw, *EDITABLE)
    words = {"title": title, "reason": reason}
    changed = {name: word for name, word in words.items() if word is not None and word != getattr(redraw, name)}
    if not changed:
        return redraw
    former = "; ".join(f"{name}: {getattr(redraw, name)}" for name in changed)
    for name, word in changed.items():
        setattr(redraw, name, word)
    redraw.save(update_fields=list(changed))
    note(redraw, user, RedrawAction.EDITED, comment=former)
    return redraw
