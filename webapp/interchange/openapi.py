"""The OpenAPI 3.1 document, made from what the API itself reads and writes with."""

from __future__ import annotations

from typing import Any

from webapp.interchange import contract

_PROBLEMS = {
    "400": "The question holds a control character.",
    "401": "No access token was shown, or one that opens nothing.",
    "403": "Who made the access token is no longer an administrator.",
    "404": "There is no such course.",
    "405": "Only GET is understood.",
    "422": "Something in the question is not written as it should be.",
    "429": "Too many questions in a minute. Wait as long as Retry-After says.",
    "503": "Busy just now. Ask again in a moment.",
}


def document(*, server: str, title: str) -> dict[str, Any]:
    """The document of the API at ``server``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: completions",
            "version": "1",
            "description": "What the people of one authority have finished. An administrator makes an access token.",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {
            "/api/v1/completions": {
                "get": {
                    "operationId": "completions",
                    "summary": "Modules and courses that people have finished, the oldest first",
                    "parameters": _parameters(),
                    "responses": {
                        "200": {
                            "description": "Completions. Follow next_cursor until it is null.",
                            "content": _content("application/json", "Completions"),
                        },
                        **{
                            status: {"description": words, "content": _content("application/problem+json", "Problem")}
                            for status, words in _PROBLEMS.items()
                        },
                    },
                }
            }
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": contract.schemas("#/components/schemas/{model}"),
        },
    }


def _parameters() -> list[dict[str, Any]]:
    found = []
    for name, told in contract.Question.model_json_schema()["properties"].items():
        schema = {key: value for key, value in told.items() if key not in ("title", "description")}
        if schema.get("default", "") is None:
            del schema["default"]
        found.append({"name": name, "in": "query", "description": told["description"], "schema": schema})
    return found


def _content(kind: str, schema: str) -> dict[str, Any]:
    return {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
