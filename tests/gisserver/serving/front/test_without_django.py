"""The front starts in a moment and stays small, because it knows no Django."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize("package", ["django", "rest_framework", "pyogrio", "shapely"])
def test_what_granian_loads_for_the_front_knows_nothing_of(package: str) -> None:
    asked = f"import sys, gisserver.runtime.front; print({package!r} in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
