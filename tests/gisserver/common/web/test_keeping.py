import json

from django.http import HttpResponse

from gisserver.common.web.keeping import HEADER, keep


def test_an_answer_says_what_it_was_made_of() -> None:
    response = keep(HttpResponse(), layers=("grids", "grids+"), bbox_3857=(1.5, 2.0, 3.0, 4.0), version=7)
    assert json.loads(response[HEADER]) == {
        "layers": ["grids", "grids+"],
        "bbox3857": [1.5, 2.0, 3.0, 4.0],
        "version": 7,
    }
