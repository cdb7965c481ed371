"""The page of accounts lists the roles that the code has."""

import runpy
from pathlib import Path

LIST = Path(__file__).resolve().parents[2] / "docs" / "list_roles.py"


def test_the_page_has_the_table_of_roles() -> None:
    listing = runpy.run_path(str(LIST))

    assert listing["PAGE"].read_text(encoding="utf-8") == listing["page"](), "run `make docs`"
