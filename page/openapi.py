"""`GET /api/openapi.json`: the plain route described for programs, from the parameters that it really has."""

from collections.abc import Sequence
from typing import Any

from explainer.methods import DEFAULT_METHOD, titles
from page.version import version
from page.words import Words

Json = dict[str, Any]

TEACH = "/api/teach"
NUMBER, WHOLE, TEXT = {"type": "number"}, {"type": "integer"}, {"type": "string"}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
REFUSALS = {
    "400": "refused",
    "405": "post",
    "408": "slow",
    "413": "large",
    "429": "each",
    "500": "failed",
    "503": "full",
}


def describe(path: str, models: Sequence[str], default_model: str, words: Words) -> Json:
    """The description, as OpenAPI 3.1 has it, of the route at `path` that offers these models."""
    said = words.section("openapi")
    return {
        "openapi": "3.1.0",
        "info": {"title": words("page.brand"), "summary": words("page.title"), "version": version()},
        "paths": {
            path: {
                "post": {
                    "operationId": "explain",
                    "summary": said["explain"],
                    "parameters": [
                        _parameter("model", said["model"], {**TEXT, "enum": [*models], "default": default_model}),
                        _parameter("target", said["target"], TEXT),
                        _parameter("method", said["method"], {**TEXT, "enum": [*titles()], "default": DEFAULT_METHOD}),
                        _parameter("layer", said["layer"], TEXT),
                    ],
                    "requestBody": _body(said["picture"]),
                    "responses": {
                        "200": {"description": said["answer"], "content": _json("Explanation")},
                        **{
                            status: {"description": said[name], "content": _json("Refusal")}
                            for status, name in REFUSALS.items()
                        },
                    },
                }
            },
            TEACH: {
                "post": {
                    "operationId": "teach",
                    "summary": said["teach"],
                    "requestBody": {
                        "required": True,
                        "description": said["taught"],
                        "content": {"multipart/form-data": {"schema": _lesson()}},
                    },
                    "responses": {
                        "200": {"description": said["learned"], "content": _json("Taught")},
                        **{
                            status: {"description": said[name], "content": _json("Refusal")}
                            for status, name in REFUSALS.items()
                        },
                    },
                }
            },
        },
        "components": {"schemas": _schemas()},
    }


def _parameter(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _body(description: str) -> Json:
    form = _object(picture={**TEXT, "contentMediaType": "application/octet-stream"})
    types = {"image/*": {}, "application/octet-stream": {}, "multipart/form-data": {"schema": form}}
    return {"required": True, "description": description, "content": types}


def _json(schema: str) -> Json:
    return {"application/json": {"schema": _reference(schema)}}


def _reference(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def _object(*optional: str, **properties: Json) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _lesson() -> Json:
    file = {**TEXT, "contentMediaType": "application/octet-stream"}
    return _object("takes", "model", pictures=_list(file), names=_list(TEXT), takes=_list(TEXT), model=TEXT)


def _outlook() -> Json:
    return _object(called={"type": "boolean"}, score=NUMBER, bound=NUMBER, nearest=_list(TEXT))


def _schemas() -> Json:
    return {
        "Refusal": _object(error=TEXT),
        "Taught": _object(
            model=TEXT,
            things=_list(_object(name=TEXT, pictures=WHOLE, different=WHOLE, takes=WHOLE)),
            unseen={**_object(right=WHOLE, of=WHOLE), "type": ["object", "null"]},
            file=TEXT,
        ),
        "Answer": _object(index=WHOLE, label=TEXT, confidence=SHARE),
        "Target": _object(
            "indices",
            "against",
            index={"type": ["integer", "null"]},
            indices=_list(WHOLE),
            against=_list(WHOLE),
            label=TEXT,
            confidence=SHARE,
        ),
        "Layer": _object(name=TEXT, title=TEXT, width=WHOLE, height=WHOLE, grid=_list(SHARE), maximum=NUMBER),
        "Explanation": _object(
            model=TEXT,
            method=TEXT,
            label=TEXT,
            index=WHOLE,
            confidence=SHARE,
            top=_list(_reference("Answer")),
            target=_reference("Target"),
            seen=_object(x=SHARE, y=SHARE, width=SHARE, height=SHARE),
            layers=_list(_reference("Layer")),
            default_layer=TEXT,
            outside={**_outlook(), "type": ["object", "null"]},
            notes=_list(TEXT),
            milliseconds=_object(decode=NUMBER, explain=NUMBER),
        ),
    }
