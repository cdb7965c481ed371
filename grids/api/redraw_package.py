"""The door of the approval package: one zip."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from grids.api.conditions import RedrawDoor
from grids.redraws import selectors
from grids.redraws.package.build import package_of
from grids.redraws.storage.permissions import demand_export


class PackageView(RedrawDoor):
    """The approval package."""

    @extend_schema(operation_id="redraw_package", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, redraw_id: int) -> FileResponse:
        """Return the files for approval and archive in one zip; 409 as the preview."""
        redraw = selectors.redraw_by_id(user=request.user, redraw_id=redraw_id)
        demand_export(request.user, redraw)
        response = FileResponse(
            package_of(request.user, redraw),
            as_attachment=True,
            filename=f"redraw-{redraw_id}-{redraw.status}.zip",
            content_type="application/zip",
        )
        response["Cache-Control"] = "no-store"
        return response
