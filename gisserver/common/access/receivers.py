"""What is noted of changes to rights whoever makes them: the pages of `/admin/`, a command, a script."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from gisserver.common.access import security
from gisserver.common.access.models import Grant


@receiver(post_save, sender=Grant)
def grant_saved(instance: Grant, created: bool, **_: Any) -> None:
    """Note a grant that was given or changed."""
    _note(security.Kind.GRANT_ADDED if created else security.Kind.GRANT_CHANGED, instance)


@receiver(post_delete, sender=Grant)
def grant_deleted(instance: Grant, **_: Any) -> None:
    """Note a grant that was taken back."""
    _note(security.Kind.GRANT_REMOVED, instance)


def _note(kind: security.Kind, grant: Grant) -> None:
    security.note(kind, subject=grant.user_id, role=str(grant.role), area=grant.area_id)


@receiver(user_logged_out)
def signed_out(user: Any, **_: Any) -> None:
    """Note the end of a session."""
    security.note(security.Kind.SIGN_OUT, subject=getattr(user, "pk", None))
