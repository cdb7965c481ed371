"""The record of personal data read (law 7)."""

from collections.abc import Sequence

from gisserver.common.access import security
from gisserver.common.access.models import PersonalDataRead


def record_personal_read(*, user_id: int, door: str, row_ids: Sequence[int]) -> None:
    """Record that the user has read these rows unmasked through ``door``; nothing when there are none."""
    if row_ids:
        PersonalDataRead.objects.create(user_id=user_id, door=door, row_ids=list(row_ids))
        security.note(security.Kind.PERSONAL_DATA_READ, subject=user_id, rows=len(row_ids))
