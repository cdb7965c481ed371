"""The page of redraws and the map know the verbs and steps that the server knows."""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from grids.editing.verbs.verb import forms
from grids.redraws.commands.schema import verb_names
from grids.redraws.workflow.transitions import OFFERED

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/redraws.md").read_text(encoding="utf-8")
MAP = ROOT / "gisserver/static/map/redraw/verbs"
VERB = re.compile(r"^\| `(\w+)` \| (`[^|]+`) \|", re.MULTILINE)


@pytest.fixture(autouse=True)
def every_verb() -> None:
    """Verbs register themselves; the door's module imports them all."""
    import_module("grids.api.redraws")


def test_the_page_names_each_verb_with_its_members() -> None:
    commands = PAGE[PAGE.index("## Commands") : PAGE.index("## Rebalance")]
    written = {verb: set(re.findall(r"`(\w+)`", members)) for verb, members in VERB.findall(commands)}

    assert written == {name: {each.member for form in forms(name) for each in form.arguments} for name in verb_names()}


def test_the_map_has_a_file_for_each_verb() -> None:
    assert sorted({file.stem for file in MAP.glob("*.js")} - {"all", "fields", "verb"}) == verb_names()


def test_the_page_has_the_table_of_transitions() -> None:
    def sentence(rule: Callable[..., object]) -> str:
        text = (rule.__doc__ or "").rstrip(".")
        return text[0].lower() + text[1:]

    rows = [
        f"| `{each.step}` | {', '.join(each.start)} | {each.end or 'as it was'} "
        f"| {sentence(each.who)} | {sentence(each.condition)} |"
        for each in OFFERED
    ]

    assert "\n".join(rows) in PAGE
