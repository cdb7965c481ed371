"""Who serves which grid: appointed, handed over, relieved; one main officer at any hour."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from grids.models import Post
from tests.redrawing import COMMUNITY, send
from tests.staff import appointed, joined, officers_of

NIGHT = {"days": [1, 2, 3, 4, 5, 6, 7], "from": "20:00", "until": "08:00"}
DAY = {"days": [1, 2, 3, 4, 5, 6, 7], "from": "08:00", "until": "20:00"}


def test_the_grid_names_who_serves_it_main_officers_first(supervisor: Client, chen: int, lin: int) -> None:
    appointed(supervisor, lin, role="deputy")
    appointed(supervisor, chen)
    assert officers_of(supervisor, "A") == [("陈静", "main"), ("林涛", "deputy")]
    assert supervisor.get("/api/grids/A/").json()["officer"] == "陈静"
    assert officers_of(supervisor, "B") == []


def test_two_main_officers_share_the_hours_of_the_week(supervisor: Client, chen: int, lin: int) -> None:
    appointed(supervisor, chen, shifts=[DAY])
    night = appointed(supervisor, lin, shifts=[NIGHT])
    assert night["shifts"] == [NIGHT]
    duty = [each["on_duty"] for each in supervisor.get("/api/grids/A/").json()["officers"]]
    assert sorted(duty) == [False, True]


def test_a_second_main_officer_at_the_same_hours_is_refused_with_the_post_in_the_way(
    supervisor: Client, chen: int, lin: int
) -> None:
    first = appointed(supervisor, chen, shifts=[DAY])
    problem = appointed(supervisor, lin, expect=409)
    assert (problem["code"], problem["posts"]) == ("post_taken", [first["id"]])


def test_a_handover_relieves_the_former_and_the_past_keeps_the_former(supervisor: Client, chen: int, lin: int) -> None:
    former = appointed(supervisor, chen, since="2025-03-01T00:00:00+08:00")
    appointed(supervisor, lin, replacing=True)
    assert officers_of(supervisor, "A") == [("林涛", "main")]
    assert officers_of(supervisor, "A", at="2025-04-01T00:00:00+08:00") == [("陈静", "main")]
    assert supervisor.get(f"/api/posts/{former['id']}/").json()["valid"]["until"] is not None


def test_the_database_itself_refuses_a_second_main_officer(supervisor: Client, chen: int, lin: int) -> None:
    post = Post.objects.get(pk=appointed(supervisor, chen)["id"])
    with pytest.raises(IntegrityError, match="one_main_officer"), transaction.atomic():
        Post.objects.create(grid=post.grid, officer_id=lin, valid=post.valid)


def test_a_post_ends_now_or_later_never_in_the_past(supervisor: Client, chen: int) -> None:
    post = appointed(supervisor, chen, since="2025-03-01T00:00:00+08:00")
    problem = send(supervisor, f"/api/posts/{post['id']}/end/", {"at": "2025-04-01T00:00:00+08:00"}, expect=400)
    assert problem["code"] == "post_in_the_past"


def test_a_post_that_has_not_begun_is_called_off(supervisor: Client, chen: int) -> None:
    post = appointed(supervisor, chen, since="2100-01-01T00:00:00+08:00")
    assert send(supervisor, f"/api/posts/{post['id']}/end/", {}, expect=200)["valid"] is None


def test_a_retry_with_the_same_key_appoints_once(supervisor: Client, chen: int) -> None:
    body = {"grid": "A", "officer": chen}
    first = send(supervisor, "/api/posts/", body, **{"Idempotency-Key": "k1"})
    assert send(supervisor, "/api/posts/", body, **{"Idempotency-Key": "k1"})["id"] == first["id"]


def test_who_leaves_the_staff_leaves_every_post(supervisor: Client, chen: int) -> None:
    appointed(supervisor, chen)
    appointed(supervisor, chen, "B")
    send(supervisor, f"/api/officers/{chen}/leave/", {}, expect=200)
    assert officers_of(supervisor, "A") == officers_of(supervisor, "B") == []


def test_nobody_serves_before_joining_the_staff(supervisor: Client, chen: int) -> None:
    problem = appointed(supervisor, chen, since="2024-06-01T00:00:00+08:00", expect=409)
    assert problem["code"] == "not_on_the_staff"


def test_a_post_is_never_deleted(supervisor: Client, chen: int) -> None:
    appointed(supervisor, chen)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM grids_post")


def test_nobody_leaves_twice(supervisor: Client, chen: int) -> None:
    send(supervisor, f"/api/officers/{chen}/leave/", {}, expect=200)
    assert send(supervisor, f"/api/officers/{chen}/leave/", {}, expect=409)["code"] == "not_on_the_staff"


def test_who_joins_later_does_not_leave_before(supervisor: Client) -> None:
    later = joined(supervisor, "何勇", since="2100-01-01T00:00:00+08:00")
    assert send(supervisor, f"/api/officers/{later}/leave/", {}, expect=409)["code"] == "not_on_the_staff"


def test_teams_are_listed_with_their_officers(supervisor: Client) -> None:
    joined(supervisor, "陈静", team="一队")
    joined(supervisor, "林涛", team="一队")
    [team] = supervisor.get("/api/teams/").json()["results"]
    assert (team["name"], team["division"], [each["name"] for each in team["officers"]]) == (
        "一队", COMMUNITY, ["陈静", "林涛"],
    )  # fmt: skip
