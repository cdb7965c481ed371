"""What a file of the package is: its name, and what writes it from what the package tells."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from gisserver.common.access.models import Viewer
from grids.redraws.impact import moves
from grids.redraws.impact.moves import Line
from grids.redraws.impact.outcome import Outcome
from grids.redraws.package.dossier import Dossier

FILES: Final[dict[str, "PackageFile"]] = {}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package tells: the dossier, the outcome it rests on, and of what moves, what ``user`` may see."""

    user: Viewer
    dossier: Dossier
    outcome: Outcome

    def moved(self, *, only: str = "") -> Iterator[Line]:
        """Yield what moves, of one kind when ``only`` names it; asked of the database page by page."""
        return moves.lines(self.user, self.outcome.moves, self.outcome.at, only=only)


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file by its name in the zip; ``write`` writes it to a path, in bounded memory."""

    name: str
    write: Callable[[Path, Contents], None]


def register(file: PackageFile) -> None:
    """Make a file part of every package."""
    FILES[file.name] = file


def package_files() -> list[PackageFile]:
    """Return every file: those of the modules of `files`, each of which registers one."""
    from grids.redraws.package import files  # they import this module

    for module in iter_modules(files.__path__, f"{files.__name__}."):
        import_module(module.name)
    return list(FILES.values())
