"""What a format of files is: its name, its media type, and how a file of it is opened for each work."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from buildings.geocoding.files.work import Asked, Work
from gisserver.common.access.models import Viewer

Opener = Callable[[Viewer, bytes, Asked], Work[Any]]
_FORMATS: Final[dict[str, "FileFormat"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A format in which files come and go back with their answers.

    ``name`` stands in the doors' addresses and ends the result's file name. ``search`` and ``reverse`` open a file;
    they raise Invalid for one that is not of the format. A format that ``has_encodings`` takes the name of one.
    """

    name: str
    media_type: str
    search: Opener
    reverse: Opener
    has_encodings: bool = False
    is_binary: bool = False

    @property
    def works(self) -> dict[str, Opener]:
        """How a file is opened, by the work as addresses and jobs call it: ``search/csv``."""
        return {f"search/{self.name}": self.search, f"reverse/{self.name}": self.reverse}


def register(file_format: FileFormat) -> None:
    """Make a format known."""
    _FORMATS[file_format.name] = file_format


def formats() -> list[FileFormat]:
    """Return every format: those of the modules of `formats`, each of which registers one."""
    from buildings.geocoding.files import formats as folder  # they import this module

    for module in iter_modules(folder.__path__, f"{folder.__name__}."):
        import_module(module.name)
    return list(_FORMATS.values())


def format_of(work: str) -> FileFormat:
    """Return the format of a work or of a kind of job, which end in its name."""
    return _FORMATS[work.rsplit("/", 1)[-1]]
