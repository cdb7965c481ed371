"""Commands as values and as JSON."""

import json

import pytest

from grids.editing.commands import from_json
from grids.editing.refusals import Code, EditRefused
from grids.editing.verbs.insert_node import InsertNode
from grids.editing.verbs.merge import Merge
from grids.editing.verbs.move_node import MoveNode
from grids.editing.verbs.remove_node import RemoveNode
from grids.editing.verbs.reshape import Reshape
from grids.editing.verbs.split import Split
from grids.editing.verbs.transfer import Transfer
from grids.editing.verbs.verb import VERBS, EditVerb
from tests.drawing import area, at, drawn, line, seen

COMMANDS = [
    Split("A", "n", line((0, 0), (1, 1)), snap_m=2.0),
    Split("A", "n", line((0, 0), (1, 1)), new_side="left"),
    Split("A", "n", area=area((0, 0), (1, 0), (1, 1))),
    Merge(("A", "B"), "A"),
    Reshape(line((0, 0), (1, 1), (2, 0))),
    Transfer("A", "B", area((0, 0), (1, 0), (1, 1))),
    MoveNode(at(1, 1), at(1.5, 1.5)),
    InsertNode(at(1, 1)),
    InsertNode(at(1, 1), (at(0, 0), at(2, 2))),
    RemoveNode(at(1, 1), snap_m=0.0),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.verb)
def test_json_and_back_is_the_same_command(command):
    assert from_json(json.loads(json.dumps(command.to_json()))) == command


def test_every_verb_is_covered_here():
    assert {command.verb for command in COMMANDS} == {
        verb.name for verb in VERBS.values() if isinstance(verb, EditVerb)
    }


def test_the_body_of_the_design_is_understood():
    body = {"verb": "transfer", "from": "A", "to": "B", "area": area((1, 0), (2, 0), (2, 1), (1, 1)).__geo_interface__}

    assert seen(from_json(body).step(drawn("AAB")).coverage) == "ABB"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verb": "explode"},
        {"verb": ["split"]},
        {"verb": "split", "grid": "A", "new": "n", "line": {"type": "Point", "coordinates": [0, 0]}},
        {"verb": "split", "grid": "A", "new": "n", "line": {"type": "LineString", "coordinates": [[0], [1]]}},
        {"verb": "split", "grid": "A", "new": "n", "line": {"type": "LineString", "coordinates": "abc"}},
        {"verb": "split", "grid": "A", "new": "n", "line": {}},
        {"verb": "split", "grid": {"A": 1}, "new": "n"},
        {"verb": "split", "new": "n"},
        {"verb": "split", "grid": "A", "new": ""},
        {"verb": "merge", "grids": 3, "keep": "A"},
        {"verb": "transfer", "from": "A", "to": "B", "area": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}},
        {"verb": "transfer", "from": "A", "to": "B", "area": {"type": "Polygon", "coordinates": [["x"]]}},
        {"verb": "transfer", "from": "A", "to": "B"},
        {"verb": "move_node", "node": "here", "to": [0, 0]},
    ],
)
def test_what_is_no_command_is_refused(body):
    with pytest.raises(EditRefused) as refused:
        from_json(body)

    assert refused.value.refusal.code == Code.MALFORMED


def test_an_exact_command_does_the_same_again():
    before = drawn("AAAA/BBBB")
    command = Split("A", "n", line((1.23456, 0.5), (1.5, 1.998)))
    step = command.step(before)

    exact = command.exact(step)

    assert exact.step(before).coverage == step.coverage
    assert exact.snap_m == 0.0
