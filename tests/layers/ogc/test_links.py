"""Links keep what was asked."""

from layers.ogc.links import Root, next_page, with_query

ROOT = Root("https://gis.example/ogc")


def test_an_address_is_quoted() -> None:
    assert ROOT.collection("街道 a", "items") == "https://gis.example/ogc/collections/%E8%A1%97%E9%81%93%20a/items"


def test_the_next_page_keeps_all_parameters_but_the_offset() -> None:
    given = {"limit": "10", "bbox": "1,2,3,4", "offset": "20", "名称": "甲&乙"}
    href = next_page("https://gis.example/items", given, "TOKEN", "Next page")["href"]
    assert href == (
        "https://gis.example/items?limit=10&bbox=1%2C2%2C3%2C4&%E5%90%8D%E7%A7%B0=%E7%94%B2%26%E4%B9%99&next=TOKEN"
    )


def test_the_former_token_is_replaced() -> None:
    assert next_page("https://x/items", {"next": "OLD"}, "NEW", "Next page")["href"] == "https://x/items?next=NEW"


def test_without_parameters_there_is_no_question_mark() -> None:
    assert with_query("https://x/items", {}, {}) == "https://x/items"


def test_the_site_is_above_the_api() -> None:
    assert ROOT.site == "https://gis.example"
