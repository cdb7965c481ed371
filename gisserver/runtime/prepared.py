"""Whether anything has changed since the database was last prepared; only the order of a start hangs on it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from .home import Home

SETTINGS = ("DATABASE_URL", "SURVEY_SRID", "DEMO")


def state_of(tree: Path, environment: Mapping[str, str]) -> str:
    """Return a digest of what a preparation depends on: migrations, pinned packages, settings."""
    digest = hashlib.sha256((tree / "requirements" / "base.txt").read_bytes())
    for pattern in ("*/migrations/**/*", "*/*/migrations/**/*"):
        for path in sorted(tree.glob(pattern)):
            if path.suffix in {".py", ".sql"} and ".venv" not in path.parts:
                digest.update(str(path.relative_to(tree)).encode() + path.read_bytes())
    for name in SETTINGS:
        digest.update(f"{name}={environment.get(name, '')}\n".encode())
    return digest.hexdigest()


def is_noted(home: Home, state: str) -> bool:
    """Whether the last preparation that succeeded was of ``state``."""
    return home.prepared.exists() and home.prepared.read_text() == state


def note(home: Home, state: str) -> None:
    """Remember that ``state`` has been prepared."""
    home.prepared.write_text(state)
