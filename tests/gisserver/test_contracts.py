"""The import contracts of pyproject.toml refuse what they promise to refuse, and name every pure module."""

import ast
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter.application import use_cases
from importlinter.configuration import configure
from importlinter.domain.contract import Contract, registry

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
PURE = next(c["source_modules"] for c in SETTINGS["contracts"] if c["name"].startswith("Pure modules"))


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*SETTINGS["root_packages"], include_external_packages=True, cache_dir=None)


@pytest.fixture(scope="module")
def contracts() -> list[Contract]:
    configure()
    options = use_cases.read_user_options(str(ROOT / "pyproject.toml"))
    use_cases._register_contract_types(options)
    return [
        registry.get_contract_class(each["type"])(
            name=each["name"], session_options=options.session_options, contract_options=each
        )
        for each in options.contracts_options
    ]


def is_refused(contracts: list[Contract], graph: grimp.ImportGraph) -> bool:
    """Whether the graph breaks a contract."""
    return any(not each.check(deepcopy(graph), verbose=False).kept for each in contracts)


def test_the_tree_keeps_every_contract(contracts: list[Contract], graph: grimp.ImportGraph) -> None:
    assert not is_refused(contracts, graph)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("grids.selectors", "incidents.models"),
        ("tiles.tileset", "grids.models"),
        ("layers.registry", "layers.ogc.pages.items"),
        ("grids.redraws.workflow.publish", "grids.api.redraws"),
        ("grids.redraws.storage.loading", "grids.redraws.workflow.publish"),
        ("grids.redraws.impact.preview", "grids.redraws.proposals.propose"),
        ("grids.redraws.draft.community_draft", "grids.models"),
        ("grids.redraws.draft.commutation", "django.db"),
        ("grids.editing.coverage.proof", "grids.editing.verbs.split"),
        ("grids.editing.verbs.split", "gisserver.common.db.sql"),
        ("buildings.geocoding.register.area_index", "django.db"),
        ("buildings.geocoding.matching.rank", "buildings.geocoding.register.candidates"),
        ("buildings.models.address", "buildings.selectors"),
        ("layers.cql2.text", "django.db"),
        ("layers.reading.vector", "rest_framework"),
        ("incidents.selectors", "incidents.services"),
        ("gisserver.common.geo.crs", "gisserver.common.db.sql"),
        ("gisserver.common.access.scope", "gisserver.common.web.params"),
        ("gisserver.common.db.sql", "gisserver.settings.base"),
        ("tiles.delivery", "tiles.views"),
        ("gisserver.frames.reading", "grids.models"),
        ("gisserver.frames.diff", "django.db"),
        ("layers.rows", "gisserver.frames.reading"),
    ],
)
def test_a_planted_import_is_refused(
    contracts: list[Contract], graph: grimp.ImportGraph, importer: str, imported: str
) -> None:
    planted = deepcopy(graph)

    planted.add_import(importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}")

    assert is_refused(contracts, planted)


@pytest.mark.parametrize("module", ["grids.new", "grids.redraws.new", "buildings.new", "layers.new", "tiles.new"])
def test_a_module_without_a_layer_is_refused(contracts: list[Contract], graph: grimp.ImportGraph, module: str) -> None:
    planted = deepcopy(graph)

    planted.add_module(module)

    assert is_refused(contracts, planted)


def says_pure() -> Iterator[str]:
    """Yield the modules whose docstring's first paragraph ends with "Pure."."""
    for package in SETTINGS["root_packages"]:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = ast.get_docstring(ast.parse(path.read_text())) or ""
            if text.split("\n\n")[0].endswith("Pure."):
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_the_pure_modules_are_those_that_say_so() -> None:
    declared = set(says_pure())

    outermost = {each for each in declared if not any(each.startswith(f"{other}.") for other in declared)}

    assert sorted(PURE) == sorted(outermost)


def test_no_two_modules_import_each_other(graph: grimp.ImportGraph) -> None:
    pairs: list[tuple[Any, str]] = [
        (module, other)
        for module in graph.modules
        if module.split(".")[0] in SETTINGS["root_packages"]
        for other in graph.find_modules_directly_imported_by(module)
    ]

    assert [pair for pair in pairs if pair[::-1] in set(pairs)] == []
