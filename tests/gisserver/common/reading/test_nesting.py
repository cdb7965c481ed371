"""Depth is counted as a parser would see it, and before one does."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisserver.common.errors import Invalid
from gisserver.common.reading import nesting


def written(folder: Path, content: str) -> Path:
    path = folder / "file"
    path.write_text(content)
    return path


def depth_of(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


@settings(deadline=None)
@given(
    st.recursive(
        st.text(alphabet='[]{}"\\a,:') | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[{"\\'), inner, max_size=3),
    ),
    st.integers(min_value=1, max_value=9),
)
def test_the_depth_of_json_is_counted_whatever_its_strings_hold_and_wherever_blocks_end(value: Any, size: int) -> None:
    text = json.dumps(value).encode()
    depth, deepest, inside, carried = 0, 0, 0, b""
    for start in range(0, len(text), size):
        block, carried = nesting._whole(carried + text[start : start + size])
        depth, most, inside = nesting._walk(block, depth, inside)
        deepest = max(deepest, most)
    assert (depth, deepest, inside) == (0, depth_of(value), 0)


@pytest.mark.parametrize(("depth", "refused"), [(50, False), (51, True)])
def test_json_may_nest_fifty_deep(tmp_path: Path, depth: int, *, refused: bool) -> None:
    path = written(tmp_path, "[" * depth + "]" * depth)
    outcome = _code(nesting.check_json, path)
    assert outcome == ("unreadable_file" if refused else None)


@pytest.mark.parametrize(
    "content",
    [
        "<kml>" + "<Folder/>" * 200 + "</kml>",
        "<kml><![CDATA[" + "<br>" * 200 + "]]></kml>",
        "<kml><!--" + "<a>" * 200 + "--></kml>",
        "<kml>" + "<Folder></Folder>" * 200 + "</kml>",
    ],
)
def test_what_does_not_nest_is_not_counted(tmp_path: Path, content: str) -> None:
    nesting.check_xml(written(tmp_path, content))


@pytest.mark.parametrize("content", ["<a>" * 101, "<kml><![CDATA[x]]>" + "<a b='1'>" * 101])
def test_deep_xml_is_refused(tmp_path: Path, content: str) -> None:
    assert _code(nesting.check_xml, written(tmp_path, content)) == "unreadable_file"


def test_marks_that_are_never_closed_cost_no_more_than_their_length(tmp_path: Path) -> None:
    nesting.check_xml(written(tmp_path, "<kml>" + "<![CDATA[" * 300_000))


def _code(check: Any, path: Path) -> str | None:
    try:
        check(path)
    except Invalid as refusal:
        return refusal.code
    return None
