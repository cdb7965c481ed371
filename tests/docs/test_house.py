"""The picture of the house is the one that today's import contracts give."""

import runpy
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_picture_of_the_house_is_up_to_date() -> None:
    drawing = runpy.run_path(str(DOCS / "draw_house.py"))

    assert drawing["PICTURE"].read_text(encoding="utf-8") == drawing["picture"](), "run `make docs`"
