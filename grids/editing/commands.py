"""Commands as JSON: as `POST /api/redraws/{id}/commands/` and the log write them, with coordinates in the survey CRS.

Importing this module registers every verb: each module of `grids.editing.verbs` is imported.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from grids.editing import verbs
from grids.editing.refusals import Code, EditRefused
from grids.editing.verbs.verb import Command, Edit, form_of

for _module in iter_modules(verbs.__path__, f"{verbs.__name__}."):
    import_module(_module.name)


def request_of(body: Mapping[str, Any]) -> Command:
    """Return the command, of any registered verb, that JSON values describe; raise `EditRefused` with `MALFORMED`."""
    verb = form_of(body)
    if verb is None:
        raise EditRefused(Code.MALFORMED, field="verb")
    return verb.read(body)


def from_json(body: Mapping[str, Any]) -> Edit:
    """Return the command that changes borders which JSON values describe; raise `EditRefused` with `MALFORMED`."""
    found = request_of(body)
    if not isinstance(found, Edit):
        raise EditRefused(Code.MALFORMED, field="verb")
    return found
