"""Posts follow redraws: what is cut out of a grid keeps its officers until somebody is appointed."""

from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.redrawing import COMMUNITY, Draft, line, signed_in
from tests.staff import appointed, officers_of


def split(supervisor: Client) -> Draft:
    """AAB → CCB, the upper half of A is a new grid
    AAB   AAB
    """
    draft = Draft(supervisor, COMMUNITY)
    draft.draw("split", grid="A", line=line((0, 1), (2, 1)))
    return draft


def published(draft: Draft, community: Division) -> str:
    """Publish a split and return the code of the new grid."""
    reviewer = signed_in("zhao", Role.REVIEWER, community)
    rows = draft.read("preview/")["grids"]
    draft.approved(reviewer).step("publish", by=reviewer)
    return next(row["code"] for row in rows if row["change"] == "added")


def test_the_preview_says_who_serves_before_and_after(supervisor: Client, chen: int) -> None:
    appointed(supervisor, chen)
    rows = split(supervisor).read("preview/")["grids"]
    told = {row["change"]: (row["before"]["officers"], row["after"]["officers"]) for row in rows}
    assert told == {"changed": (["陈静"], ["陈静"]), "added": ([], ["陈静"])}


def test_a_new_grid_keeps_the_officers_of_what_it_was_cut_out_of(
    supervisor: Client, community: Division, chen: int
) -> None:
    appointed(supervisor, chen)
    code = published(split(supervisor), community)
    [kept] = supervisor.get(f"/api/grids/{code}/").json()["officers"]
    assert (kept["name"], kept["inherited_from"]) == ("陈静", "A")
    assert supervisor.get(f"/api/officers/{chen}/").json()["workload"]["grids"] == {"A": "main", code: "main"}


def test_an_appointment_ends_the_inheritance(supervisor: Client, community: Division, chen: int, lin: int) -> None:
    appointed(supervisor, chen)
    code = published(split(supervisor), community)
    appointed(supervisor, lin, code)
    assert officers_of(supervisor, code) == [("林涛", "main")]
    assert officers_of(supervisor, "A") == [("陈静", "main")]
