"""Django admin of the worker's queue, for whoever administers the whole deployment: to retry and to cancel."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob

from gisserver.common.access.models import Viewer
from gisserver.common.access.read_only_admin import ReadOnlyAdmin
from gisserver.common.access.roles import Permission

admin.site.unregister(ProcrastinateJob)


@admin.register(ProcrastinateJob)
class QueueAdmin(ReadOnlyAdmin, ProcrastinateJobAdmin):
    """The queue; its actions are its rights, so who may see it may act."""

    permission = Permission.ADMINISTER
    everywhere = True
    inlines = []

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show all."""
        return rows
