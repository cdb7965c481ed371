"""Landing page, conformance, API definition and collections, as QGIS and GDAL need them."""

import pytest
from django.test import Client

from layers.models import UploadedLayer
from tests import factories
from tests.layers.conftest import href, read, refusal

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def test_the_landing_page_has_what_qgis_demands(analyst: Client) -> None:
    links = {link["rel"]: link for link in read(analyst, "/")["links"]}
    assert links["service-desc"] == {
        "href": "http://testserver/ogc/api",
        "rel": "service-desc",
        "type": OPENAPI,
        "title": "接口定义",
    }  # fmt: skip
    assert links["data"]["href"] == "http://testserver/ogc/collections"
    assert links["conformance"]["href"] == "http://testserver/ogc/conformance"


@pytest.mark.parametrize("address", ["", "/", "/collections/", "/conformance/", "/api/"])
def test_a_slash_at_the_end_makes_no_difference(analyst: Client, address: str) -> None:
    assert analyst.get(f"/ogc{address}").status_code == 200


def test_programs_get_json(analyst: Client, places: UploadedLayer) -> None:
    for accept in ("*/*", "application/json", "application/geo+json, application/json"):
        response = analyst.get("/ogc/collections/places/items", headers={"Accept": accept})
        assert response["Content-Type"] == "application/geo+json"


def test_conformance_declares_the_core(analyst: Client) -> None:
    classes = read(analyst, "/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes


def test_a_collection_says_what_clients_ask_first(analyst: Client, places: UploadedLayer) -> None:
    found = read(analyst, "/collections/places")
    assert found["itemType"] == "feature"
    assert found["extent"]["spatial"]["bbox"] == [[114.30, 22.70, 114.32, 22.70]]
    assert found["extent"]["temporal"]["interval"] == [["2019-12-31", "2021-06-15"]]
    assert found["storageCrs"] == CRS84
    assert found["crs"] == [CRS84, f"{EPSG}4326", f"{EPSG}4490", f"{EPSG}3857"]
    assert href(found, "items") == "http://testserver/ogc/collections/places/items"
    assert href(found, "describedby") == "http://testserver/ogc/collections/places/feature-schema"


def test_the_list_holds_the_same_descriptions(analyst: Client, places: UploadedLayer) -> None:
    listed = {each["id"]: each for each in read(analyst, "/collections")["collections"]}
    assert listed["places"] == read(analyst, "/collections/places")


def test_a_domain_collection_is_described_by_what_the_user_sees(analyst: Client, laws: None) -> None:
    factories.community_of("AB")
    found = read(analyst, "/collections/grids")
    west, south, east, north = found["extent"]["spatial"]["bbox"][0]
    assert 114.2 < west < east < 114.4
    assert 22.6 < south < north < 22.8
    assert found["storageCrs"] == f"{EPSG}4547"


def test_the_definition_has_a_path_for_each_collection(analyst: Client, places: UploadedLayer) -> None:
    api = read(analyst, "/api")
    assert api["openapi"].startswith("3.0")
    operation = api["paths"]["/collections/places/items"]["get"]
    named = {parameter.get("name", parameter.get("$ref", "")) for parameter in operation["parameters"]}
    assert {"#/components/parameters/limit", "bbox-crs", "crs", "name", "floors"} <= named
    assert api["components"]["parameters"]["limit"]["schema"] == {
        "type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000,
    }  # fmt: skip
    floors = next(each for each in operation["parameters"] if each.get("name") == "floors")
    assert (floors["style"], floors["explode"], floors["schema"]["type"]) == ("form", False, "integer")


def test_collections_with_a_history_take_at(analyst: Client, places: UploadedLayer) -> None:
    paths = read(analyst, "/api")["paths"]
    at = {"$ref": "#/components/parameters/at"}
    assert at in paths["/collections/grids/items"]["get"]["parameters"]
    assert at in paths["/collections/places/items"]["get"]["parameters"]


def test_only_uploads_are_edited(analyst: Client, places: UploadedLayer) -> None:
    paths = read(analyst, "/api")["paths"]
    assert set(paths["/collections/places/items/{fid}"]) == {"get", "put", "patch", "delete"}
    assert set(paths["/collections/grids/items/{fid}"]) == {"get"}


def test_queryables_are_plainly_typed(analyst: Client, places: UploadedLayer) -> None:
    properties = read(analyst, "/collections/places/queryables")["properties"]
    assert properties["floors"] == {"type": "integer", "title": "floors"}
    assert properties["built"]["format"] == "date"
    assert properties["geometry"]["$ref"] == "https://geojson.org/schema/Point.json"


def test_the_schema_names_identity_and_geometry(analyst: Client, places: UploadedLayer) -> None:
    properties = read(analyst, "/collections/places/schema")["properties"]
    assert properties["fid"]["x-ogc-role"] == "id"
    assert properties["geometry"]["x-ogc-role"] == "primary-geometry"


def test_the_feature_schema_gives_gdal_its_types(analyst: Client, places: UploadedLayer) -> None:
    schema = read(analyst, "/collections/places/feature-schema")
    assert schema["properties"]["properties"]["properties"]["floors"]["type"] == "integer"


@pytest.mark.parametrize("page", ["", "/items", "/items/1", "/queryables", "/schema", "/sortables", "/feature-schema"])
def test_an_unknown_collection_is_not_found_on_any_page(analyst: Client, page: str) -> None:
    assert refusal(analyst, f"/collections/dUmmYColLection{page}") == (404, "unknown_collection")


@pytest.mark.parametrize("address", ["", "/", "/api", "/conformance", "/collections", "/collections/places/items"])
def test_the_anonymous_are_asked_to_log_in(client: Client, places: UploadedLayer, address: str) -> None:
    response = client.get(f"/ogc{address}")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith("Basic ")


def test_the_anonymous_see_what_is_public_and_nothing_else(
    client: Client, places: UploadedLayer, settings: object
) -> None:
    settings.PUBLIC_LAYERS = ["places"]  # type: ignore[attr-defined]
    assert [each["id"] for each in read(client, "/collections")["collections"]] == ["places"]
    assert len(read(client, "/collections/places/items")["features"]) == 4
    assert refusal(client, "/collections/grids/items") == (401, "not_authenticated")
    assert "/collections/grids/items" not in read(client, "/api")["paths"]


def test_other_methods_are_refused(analyst: Client, places: UploadedLayer) -> None:
    response = analyst.put("/ogc/collections/places")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert analyst.options("/ogc/collections/places/items")["Allow"] == "GET, HEAD, OPTIONS"


def test_head_has_no_body(analyst: Client, places: UploadedLayer) -> None:
    response = analyst.head("/ogc/collections/places/items")
    assert (response.status_code, response.getvalue()) == (200, b"")
    assert response["Content-Crs"] == f"<{CRS84}>"


@pytest.mark.parametrize(
    "address", ["/ogc", "/ogc/collections", "/ogc/collections/places/items", "/tiles/places.json", "/styles/grids.json"]
)
def test_below_a_path_of_a_proxy_all_addresses_have_it(analyst: Client, places: UploadedLayer, address: str) -> None:
    text = analyst.get(address, SCRIPT_NAME="/gis").getvalue().decode()
    assert "http://testserver/gis/" in text
    assert text.count("http://testserver/") == text.count("http://testserver/gis/")
