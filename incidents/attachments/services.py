"""Named changes of state of attachments, and their files."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from gisserver.common import dates, moments
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from gisserver.common.reading.process.sandbox import Limits, call, turn
from gisserver.common.sentences import Sentence
from gisserver.common.workspace import workspace
from grids.models import holds
from incidents.attachments.media import HEAD, PICTURES, media_type_of
from incidents.attachments.models import Attachment, folder_of
from incidents.models import Incident

MAX_BYTES = 9 * 2**20
MAX_OF_ONE = 20
PARTS = ("original", "served", "thumbnail")


def incident_of(user: Viewer, incident_id: int) -> Incident:
    """Return an incident that the user may see. Raises NotFound ``no_such_incident``."""
    incident = Incident.objects.visible_to(user).filter(pk=incident_id).first()
    if incident is None:
        raise NotFound(
            "no_such_incident", Sentence("No incident {incident_id} is known to you.", incident_id=incident_id)
        )
    return incident


def attachment_of(user: Viewer, incident_id: int, attachment_id: int) -> Attachment:
    """Return an attachment of an incident that the user may see. Raises NotFound."""
    attachment = Attachment.objects.filter(incident_id=incident_of(user, incident_id).pk, pk=attachment_id).first()
    if attachment is None:
        raise NotFound(
            "attachment_not_found",
            Sentence("The incident has no attachment {attachment_id}.", attachment_id=attachment_id),
        )
    return attachment


def add(
    *, user_id: int, incident: Incident, name: str, declared: str, content: Iterable[bytes]
) -> tuple[Attachment, bool]:
    """Keep a file of an incident; return it, and whether it is new: the same bytes are kept once.

    Raises TooLarge above 9 MiB, Invalid for what is not taken or not what it says, Conflict ``too_many_attachments``.
    """
    with turn(), workspace(settings.GISSERVER_HOME / "reading") as folder:
        digest, size = _written(folder / "original", content)
        media_type = _media_type(folder / "original", declared)
        others = Attachment.objects.filter(incident=incident)
        known = others.filter(digest=digest).first()
        if known is not None:
            return known, False
        if others.count() >= MAX_OF_ONE:
            raise Conflict("too_many_attachments", Sentence("An incident has at most {most} files.", most=MAX_OF_ONE))
        told = _looked_at(folder, media_type, size)
        _keep(folder, digest)
    return Attachment.objects.get_or_create(
        incident=incident,
        digest=digest,
        defaults={
            **told,
            "occurred_at": incident.occurred_at,
            "media_type": media_type,
            "size": size,
            "name": name,
            "added_by_id": user_id,
        },
    )


@transaction.atomic
def hide(*, user: Viewer, attachment: Attachment, reason: str) -> Attachment:
    """Show an attachment to nobody any more, for a reason that stays. Locks its row.

    Raises Forbidden for who may not edit registers there, Conflict ``attachment_hidden``.
    """
    if not holds(user, Permission.EDIT_REGISTERS, [attachment.incident.community_id]):
        raise Forbidden("forbidden", "Whoever edits registers where the incident lies may hide its files.")
    locked = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if locked.hidden_at is not None:
        raise Conflict("attachment_hidden", Sentence("It is hidden: {reason}", reason=locked.hidden_reason))
    locked.hidden_at, locked.hidden_by_id, locked.hidden_reason = database_now(), user.pk, reason
    locked.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    return locked


def file_of(attachment: Attachment, part: str) -> Path:
    """Return the file to serve, ``content`` or ``thumbnail``: of a picture never the original.

    Raises Conflict ``attachment_hidden``, NotFound ``no_thumbnail``.
    """
    if attachment.hidden_at is not None:
        raise Conflict("attachment_hidden", Sentence("It is hidden: {reason}", reason=attachment.hidden_reason))
    if part == "thumbnail":
        if not attachment.is_picture:
            raise NotFound("no_thumbnail", "Only pictures have a thumbnail.")
        return attachment.file("thumbnail")
    return attachment.file("served" if attachment.is_picture else "original")


def _written(path: Path, content: Iterable[bytes]) -> tuple[str, int]:
    """Write a file; return its SHA-256 and its size."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for block in content:
            size += len(block)
            if size > MAX_BYTES:
                raise TooLarge("too_large", Sentence("This door takes at most {most} MiB.", most=MAX_BYTES // 2**20))
            digest.update(block)
            file.write(block)
    return digest.hexdigest(), size


def _media_type(path: Path, declared: str) -> str:
    with path.open("rb") as file:
        found = media_type_of(file.read(HEAD))
    if found is None:
        raise Invalid("attachment_type", "Taken are JPEG, PNG, WebP, PDF, MP4 and AMR; this is none of them.")
    if declared not in {"", "application/octet-stream", found}:
        raise Invalid(
            "attachment_mismatch",
            Sentence("The file says that it is {declared}, but it is {found}.", declared=declared[:60], found=found),
        )
    return found


def _looked_at(folder: Path, media_type: str, size: int) -> Mapping[str, Any]:
    """Return what a picture says of itself, as a process of its own reads it; that also makes what is served."""
    if media_type not in PICTURES:
        return {}
    arguments = {"path": str(folder / "original"), "media_type": media_type}
    told = call("incidents.attachments.picture:prepare", arguments, folder=folder, limits=Limits.for_file(size))
    return {**told, "taken_at": _moment(told["taken_at"])}


def _moment(said: str | None) -> datetime | None:
    """Return when a picture says that it was taken, None for what is no moment of the calendar."""
    try:
        return dates.recordable(moments.in_utc(dates.as_written(said))) if said else None
    except Invalid:
        return None


def _keep(folder: Path, digest: str) -> None:
    """Put the files where they stay, under the name of what they hold; the same twice is harmless."""
    home = folder_of(digest)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in PARTS:
        if (folder / part).exists():
            with (folder / part).open("rb") as file:
                os.fsync(file.fileno())
            (folder / part).replace(home / f"{digest}.{part}")
