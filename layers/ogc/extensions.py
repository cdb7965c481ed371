"""What an app above adds to the OGC API: conformance classes, links and paths; its pages it mounts itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from layers.ogc.links import Link, Root
from layers.registry import Collection

Paths = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extension:
    """What stands on the pages of the API for one standard more.

    ``links`` go to the landing page, ``links_of`` to the description of a collection, ``paths`` to the API definition.
    """

    name: str
    conformance: tuple[str, ...]
    links: Callable[[Root], list[Link]]
    links_of: Callable[[Collection, Root], list[Link]]
    paths: Callable[[Iterable[Collection]], Paths]


_extensions: dict[str, Extension] = {}


def register(extension: Extension) -> None:
    """Add ``extension`` to the API; again is harmless."""
    _extensions[extension.name] = extension


def conformance() -> list[str]:
    """Return the conformance classes of all extensions."""
    return [each for extension in _extensions.values() for each in extension.conformance]


def links(root: Root) -> list[Link]:
    """Return the links of all extensions on the landing page."""
    return [each for extension in _extensions.values() for each in extension.links(root)]


def links_of(collection: Collection, root: Root) -> list[Link]:
    """Return the links of all extensions from a collection."""
    return [each for extension in _extensions.values() for each in extension.links_of(collection, root)]


def paths(collections: Iterable[Collection]) -> Paths:
    """Return the paths of all extensions in the API definition."""
    found = list(collections)
    return {path: item for extension in _extensions.values() for path, item in extension.paths(found).items()}
