"""Each code that a refusal may carry is in docs/errors.md with its status, and no other: programs decide by them."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from gisserver.common.problem_documents import STATUS

ROOT = Path(__file__).parents[2]
APPS = ("gisserver", "grids", "buildings", "incidents", "layers", "rasters", "tiles")
STATUSES = {kind.__name__: status for kind, status in STATUS.items()}
ROW = re.compile(r"^\| `(?P<code>\w+)` \| (?P<statuses>[\d, ]+) \|", re.MULTILINE)

Codes = dict[str, set[int]]


def raised(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the code and status of each error that is made with a literal code."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        status = STATUSES.get(ast.unparse(call.func).rpartition(".")[2])
        match call.args:
            case [ast.Constant(value=str(code)), *_] if status:
                yield code, status


def in_the_code() -> Codes:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        for code, status in raised(ast.parse(path.read_text(encoding="utf-8"))):
            found[code].add(status)
    generic = {"not_authenticated", "forbidden", "not_found", "not_acceptable", "too_large", "database_unavailable"}
    return {code: statuses for code, statuses in found.items() if code not in generic}


def in_the_page() -> Codes:
    text = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    return {row["code"]: {int(status) for status in row["statuses"].split(",")} for row in ROW.finditer(text)}


def test_the_page_has_each_code_with_its_status() -> None:
    assert in_the_page() == in_the_code()
