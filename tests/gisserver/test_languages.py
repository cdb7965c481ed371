"""One language an answer: the user's own choice, else Accept-Language, else Chinese."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db
CHINESE, ENGLISH = {"Accept-Language": "zh-CN,zh;q=0.9"}, {"Accept-Language": "en-GB,en;q=0.8"}


@pytest.fixture
def client() -> Client:
    somebody = Client()
    somebody.force_login(User.objects.create_superuser("admin"))
    return somebody


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({}, "没有您可见的划格方案 7。"),
        (CHINESE, "没有您可见的划格方案 7。"),
        (ENGLISH, "No redraw 7 is known to you."),
        ({"Accept-Language": "fr"}, "没有您可见的划格方案 7。"),
    ],
)
def test_a_refusal_is_said_in_the_language_asked_for(client: Client, headers, detail: str) -> None:
    problem = client.get("/api/redraws/7/", headers=headers).json()
    assert (problem["code"], problem["detail"]) == ("no_such_redraw", detail)


def test_the_choice_of_the_user_comes_before_the_browser(client: Client) -> None:
    client.cookies["django_language"] = "zh-hans"
    assert client.get("/api/redraws/7/", headers=ENGLISH).json()["title"] == "未找到"


@pytest.mark.parametrize("path", ["/api/redraws/7/", "/ogc/collections", "/no/such/page"])
def test_an_answer_names_its_language(client: Client, path: str) -> None:
    response = client.get(path, headers=ENGLISH)
    assert response["Content-Language"] == "en"
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize(("headers", "title"), [(CHINESE, "请求有误"), (ENGLISH, "Bad request")])
def test_what_is_refused_before_anything_else_is_said_in_it_too(client: Client, headers, title: str) -> None:
    assert client.get("/api/grids/?q=%00", headers=headers).json()["title"] == title


@pytest.mark.parametrize(("headers", "title"), [({}, "网格"), (CHINESE, "网格"), (ENGLISH, "Grids")])
def test_a_collection_describes_itself_in_it(client: Client, headers, title: str) -> None:
    assert client.get("/ogc/collections/grids", headers=headers).json()["title"] == title


@pytest.mark.parametrize(("headers", "title"), [(CHINESE, "网格编码"), (ENGLISH, "Code of the grid")])
def test_its_fields_do_too(client: Client, headers, title: str) -> None:
    fields = client.get("/ogc/collections/grids/schema", headers=headers).json()["properties"]
    assert fields["code"]["title"] == title


@pytest.mark.parametrize(("headers", "field"), [(CHINESE, "String 网格编码"), (ENGLISH, "String Code of the grid")])
def test_so_does_a_tileset(client: Client, headers, field: str) -> None:
    [layer] = client.get("/tiles/grids.json", headers=headers).json()["vector_layers"]
    assert layer["fields"]["code"] == field


@pytest.mark.parametrize(("headers", "name"), [(CHINESE, "划格方案"), (ENGLISH, "Redraws")])
def test_the_admin_names_things_in_it(client: Client, headers, name: str) -> None:
    assert f">{name}</a>" in client.get("/admin/", headers=headers).content.decode()
