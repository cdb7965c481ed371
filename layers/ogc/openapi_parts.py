"""What the API definition is made of: answers and operations."""

from typing import Any


def answer(description: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with a body of one media type."""
    return {"description": description, "content": {media_type: {"schema": schema}}}


def operation(name: str, summary: str, media_type: str, parameters: list[Any], tag: str) -> dict[str, Any]:
    """Return the path item of a page that is asked with GET."""
    problem = {"$ref": "#/components/responses/problem"}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": [tag],
            "parameters": parameters,
            "responses": {
                "200": answer(summary, media_type, {"type": "object"}),
                "400": problem,
                "401": problem,
                "404": problem,
            },
        }
    }
