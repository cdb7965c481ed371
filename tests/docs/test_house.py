"""The pages about the code are true: the picture of the modules, and the files that they name."""

import re
import runpy
import subprocess
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_picture_of_the_house_is_up_to_date() -> None:
    drawing = runpy.run_path(str(DOCS / "draw_house.py"))

    assert drawing["PICTURE"].read_text(encoding="utf-8") == drawing["picture"](), "run `make docs`"


def files_named(page: Path) -> list[str]:
    """Return the names of files in a page's code spans, without what follows a colon in them."""
    spans = re.findall(r"`([^`\s]+?)(?:: ?[^`]*)?`", page.read_text(encoding="utf-8"))
    return [span for span in spans if re.fullmatch(r"[\w./-]+/[\w.-]+\.(?:py|sql|js|md|toml|txt)", span)]


@pytest.mark.parametrize("page", ["architecture.md", "how-to-add.md"])
def test_every_file_that_a_page_names_exists(page: str) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=DOCS.parent, capture_output=True, text=True, check=True)
    tracked = [f"/{path}" for path in listed.stdout.split()]

    named = files_named(DOCS / page)

    assert [name for name in named if not any(path.endswith(f"/{name}") for path in tracked)] == []
