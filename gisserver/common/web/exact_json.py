"""JSON whose numbers keep every digit: codes come as numbers too, and a float would round them."""

import json
from typing import Any

import orjson


def loads(text: str | bytes) -> Any:
    """Return what ``text`` says. Whole numbers are exact; a decimal that no float writes back stays as written, a text.

    Raises orjson.JSONDecodeError: what is JSON, how deep, and with which characters, is for the strict parser to say.
    """
    orjson.loads(text)
    return json.loads(text, parse_float=_number)


def _number(text: str) -> float | str:
    value = float(text)
    return value if repr(value) == text else text
