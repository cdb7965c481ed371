"""Every sentence for people stands in the Chinese catalogue, and no sentence in the code is in two languages."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gisserver.management.commands.makemessages import KEYWORDS, descriptions

ROOT = Path(__file__).resolve().parents[2]
APPS = ("gisserver", "grids", "buildings", "incidents", "layers", "rasters", "tiles")
FOLDER = ROOT / "gisserver" / "locale" / "zh_Hans" / "LC_MESSAGES"
MARKS = {**KEYWORDS, "_": 1, "gettext": 1, "gettext_lazy": 1}
PLACEHOLDER = re.compile(r"(?<!{){(\w+)|%\((\w+)\)")
CHINESE = re.compile("[\u3400-\u9fff]")
TRANSLATED_TAG = re.compile(r'{% translate "([^"]*)" %}|_\("([^"]*)"\)')
# What reads Chinese, or prints a paper for two readers, holds both.
DATA = (
    "buildings/addresses/", "buildings/geocoding/", "buildings/masking.py", "importers/", "grids/redraws/package/",
    "gisserver/common/reading/", "gisserver/runtime/server.py", "settings/",
)  # fmt: skip


def sources() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def calls() -> Iterator[tuple[str, ast.expr]]:
    """Where a sentence is meant to be translated, and the argument that is it, or what a name stands for there."""
    for name, tree in sources():
        for place, each in _calls(name, tree):
            meant = assigned(tree, each.id) if isinstance(each, ast.Name) else [each]
            yield from ((place, value) for value in meant)


def assigned(tree: ast.Module, name: str) -> list[ast.expr]:
    """Every value that a module assigns to a name."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets)
    ]


def _calls(name: str, tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if len(node.args) >= MARKS.get(called, 99):
                yield f"{name}:{node.lineno}", node.args[MARKS[called] - 1]


def in_code() -> set[str]:
    return {each.value for _, each in calls() if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def in_pages() -> set[str]:
    found = (TRANSLATED_TAG.findall(page.read_text()) for page in (ROOT / "gisserver" / "templates").glob("*.html"))
    return {one or other for pairs in found for one, other in pairs}


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    with (FOLDER / "django.mo").open("rb") as compiled:
        read = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    return {english: chinese for english, chinese in read.items() if english}


def test_every_sentence_has_its_chinese(catalogue: dict[str, str]) -> None:
    assert sorted(words for words in in_code() | in_pages() if words and words not in catalogue) == []


def test_every_description_of_the_rest_doors_has_its_chinese(catalogue: dict[str, str]) -> None:
    assert sorted(descriptions() - catalogue.keys()) == []


def test_the_chinese_is_chinese_and_keeps_the_placeholders(catalogue: dict[str, str]) -> None:
    def names(words: str) -> set[str]:
        return {one or other for one, other in PLACEHOLDER.findall(words)}

    assert {english: chinese for english, chinese in catalogue.items() if names(english) != names(chinese)} == {}


def test_the_compiled_catalogue_is_the_written_one(catalogue: dict[str, str]) -> None:
    assert written(FOLDER / "django.po") == catalogue


def test_nothing_in_the_catalogue_is_a_guess_or_missing() -> None:
    text = (FOLDER / "django.po").read_text()
    assert (
        "#, fuzzy" not in text,
        [english for english, chinese in written(FOLDER / "django.po").items() if not chinese],
    ) == (True, [])


def test_a_sentence_is_never_put_together_before_it_is_translated() -> None:
    assert [place for place, each in calls() if isinstance(each, ast.JoinedStr | ast.BinOp)] == []


def test_no_sentence_is_in_two_languages() -> None:
    assert [
        place for place, text in texts() if CHINESE.search(text) and re.search("[A-Za-z]{2,} [A-Za-z]{2,}", text)
    ] == []


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the code but docstrings and what reads Chinese."""
    for name, tree in sources():
        if any(part in name for part in DATA):
            continue
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield f"{name}:{node.lineno}", node.value


def written(path: Path) -> dict[str, str]:
    """The entries of a catalogue as msgcat writes it: each text a line or more of quoted strings."""
    entry = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', re.M)
    pairs = entry.findall(path.read_text() + "\n")
    joined = [tuple("".join(ast.literal_eval(line) for line in text.splitlines()) for text in pair) for pair in pairs]
    return {english: chinese for english, chinese in joined if english}
