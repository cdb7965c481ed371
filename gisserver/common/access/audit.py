"""The record of personal data read (law 7)."""

from collections.abc import Sequence

from django.contrib.auth.models import User

from gisserver.common.access.models import PersonalDataRead


def record_personal_read(*, user: User, door: str, row_ids: Sequence[int]) -> None:
    """Record that ``user`` has read these rows unmasked through ``door``; nothing when there are none."""
    if row_ids:
        PersonalDataRead.objects.create(user_id=user.pk, door=door, row_ids=list(row_ids))
