"""Temporary folders that are swept whatever happens: by their owner, or by whoever comes after a killed one."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


def default_parent() -> Path:
    """Return where folders are made when nobody says: below the system's temporary folder, this user's own."""
    return Path(tempfile.gettempdir()) / f"gisserver-reading-{os.geteuid()}"


@contextlib.contextmanager
def workspace(parent: Path | None = None) -> Iterator[Path]:
    """Give a new empty folder below ``parent``, readable by this user only, and remove it afterwards.

    Its owner holds a lock on it, which ends with the process however that ends. Before a folder is made, those whose
    owner is gone are removed. Raises PermissionError when ``parent`` is not this user's own.
    """
    parent = parent or default_parent()
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if parent.lstat().st_uid != os.geteuid():
        raise PermissionError(f"{parent} belongs to somebody else; name a folder of your own with TMPDIR.")
    with _locked(parent):
        sweep(parent)
        folder = Path(tempfile.mkdtemp(dir=parent))
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def sweep(parent: Path) -> None:
    """Remove the folders below ``parent`` whose owner is gone; the caller holds the lock of ``parent``."""
    for folder in parent.iterdir():
        with contextlib.suppress(BlockingIOError, FileNotFoundError), _locked(folder, wait=False):
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    opened = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(opened)
