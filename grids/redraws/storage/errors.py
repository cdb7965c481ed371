"""Refusals of the engine as errors of the domain: a stable code, a sentence, the place."""

from typing import Any

from gisserver.common.errors import DomainError, Invalid, Refused
from grids.editing.refusals import Code, EditRefused, Refusal
from grids.editing.sentences import sentence
from grids.redraws.storage.geojson import to_lonlat


def members(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal or warning as the members of an answer: code, detail, geometry (lon/lat) and ``about``."""
    return {
        "code": refusal.code.value,
        "detail": sentence(refusal.code),
        "geometry": to_lonlat(refusal.geometry),
        "about": dict(refusal.data),
    }


def problem(refusal: Refusal) -> DomainError:
    """Return a refusal as an error: Invalid for a malformed command, else Refused."""
    data = members(refusal)
    kind = Invalid if refusal.code is Code.MALFORMED else Refused
    return kind(data.pop("code"), data.pop("detail"), **data)


def refuse(code: Code, **data: Any) -> DomainError:
    """Return the error for a refusal without a place."""
    return problem(EditRefused(code, **data).refusal)
