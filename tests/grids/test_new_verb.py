"""A verb is one registered object: a new one works at the door, in the log, backwards and in OpenAPI by that alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from drf_spectacular.generators import SchemaGenerator

from grids.editing.coverage.coverage import Coverage
from grids.editing.inverse import inverse, replayed
from grids.editing.rules import DEFAULT, Rules
from grids.editing.verbs.arguments import GRID, PLACE, Place
from grids.editing.verbs.steps import Move, Step, known, take
from grids.editing.verbs.verb import VERBS, Edit, EditVerb, argument, register
from grids.models import RedrawCommand
from grids.redraws.storage.loading import as_numbered
from tests.drawing import at, drawn, seen
from tests.redrawing import Draft, areas_after, point


@dataclass(frozen=True)
class Swap(Edit):
    """Let two grids trade their areas."""

    verb: ClassVar[str] = "swap"
    grid: str = field(metadata=argument(GRID))
    other: str = field(metadata=argument(GRID, "with"))
    mark: Place | None = field(default=None, metadata=argument(PLACE))


def step(coverage: Coverage, *, grid: str, other: str, mark: Place | None = None, rules: Rules = DEFAULT) -> Step:
    mine, theirs = known(coverage, grid), known(coverage, other)
    after, changed = take(coverage, {grid: theirs, other: mine}, rules)
    return Step(after, changed, (Move(grid, other, mine), Move(other, grid, theirs)), {"grid": grid, "other": other})


@pytest.fixture(autouse=True)
def swap() -> Iterator[None]:
    register(EditVerb(command=Swap, step=step, inverse=lambda before, exact, step: [exact], place=("mark",)))
    yield
    del VERBS[Swap]


@pytest.mark.usefixtures("laws")
class TestDoor:
    def test_it_is_drawn_and_previewed(self, draft: Draft) -> None:
        """A is 40,000 m² and B is 20,000 m²."""
        changed = draft.draw("swap", grid="A", **{"with": "B"})["changed"]

        assert [grid["code"] for grid in changed] == ["A", "B"]
        assert areas_after(draft) == {"A": pytest.approx(20_000, abs=1), "B": pytest.approx(40_000, abs=1)}

    def test_the_log_holds_the_exact_command(self, draft: Draft) -> None:
        draft.draw("swap", grid="A", mark=point(1, 1), **{"with": "B"})

        assert as_numbered(RedrawCommand.objects.get()).command == Swap("A", "B")

    def test_its_members_are_known_and_others_are_refused(self, draft: Draft) -> None:
        refused = draft.draw("swap", grid="A", **{"with": "B"}, line=point(1, 1), expect=400)

        assert (refused["code"], refused["known"]) == ("unknown_member", ["grid", "mark", "with"])

    def test_a_member_that_it_needs_is_named(self, draft: Draft) -> None:
        refused = draft.draw("swap", grid="A", expect=400)

        assert (refused["code"], refused["about"]) == ("MALFORMED", {"field": "with"})

    def test_a_grid_that_it_names_must_be_in_the_draft(self, draft: Draft) -> None:
        assert draft.draw("swap", grid="A", **{"with": "Z"}, expect=422)["code"] == "UNKNOWN_GRID"


def test_it_is_taken_back_by_its_inverse() -> None:
    before, command = drawn("AAB/AAB"), Swap("A", "B")
    done = command.step(before)

    assert seen(done.coverage) == "BBA/BBA"
    assert replayed(done.coverage, inverse(before, command, done)) == before


def test_it_says_what_it_names_and_where_it_is() -> None:
    command = Swap("A", "B", at(1, 1))

    assert (command.grids_named, command.place.coords[0]) == (("A", "B"), at(1, 1))


def test_openapi_describes_it() -> None:
    body = SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]["CommandBody"]
    described = next(form for form in body["oneOf"] if form["title"] == "swap")

    assert described["description"] == "Let two grids trade their areas."
    assert (list(described["properties"]), described["required"]) == (
        ["verb", "grid", "with", "mark", "crs"],
        ["verb", "grid", "with"],
    )
