"""A copy of the code that a test may add to, as somebody would who works on it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("gisserver", "grids", "buildings", "incidents", "layers", "rasters", "tiles", "docs")
LEFT_OUT = ("__pycache__", "static", "img")


def copy_to(folder: Path) -> Path:
    """Return ``folder`` with the code in it."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
    shutil.copy(ROOT / "manage.py", folder)
    return folder


def run(tree: Path, *words: str) -> str:
    """Return what Python says with these arguments in ``tree``."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "gisserver.settings.test", "PYTHONPATH": str(tree)}
    done = subprocess.run([sys.executable, *words], cwd=tree, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
