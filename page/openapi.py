"""`GET /api/openapi.json`: the plain routes described for programs, from the parameters that they really have."""

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

from explainer.methods import DEFAULT_METHOD, titles
from page.experiments import EXPERIMENTS, Experiment, ParameterType
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
    """The description, as OpenAPI 3.1 has it, of the route at `path` that offers these models, and of all tests."""
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
                        **_refusals(said),
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
                        **_refusals(said),
                    },
                }
            },
            **{f"/api/{kind.name}": _test(kind, said) for kind in EXPERIMENTS if f"/api/{kind.name}" != TEACH},
        },
        "components": {"schemas": _schemas()},
    }


def _test(kind: type[Experiment], said: Mapping[str, str]) -> Json:
    """One test: its files come in a form, and all else there or in the address."""
    types = kind.parameters()
    values = {ParameterType.TEXT: TEXT, ParameterType.NUMBER: NUMBER, ParameterType.JSON: TEXT}
    file = {**TEXT, "contentMediaType": "application/octet-stream"}
    files = {
        name: _list(file) if type_ is ParameterType.PICTURES else file
        for name, type_ in types.items()
        if type_ not in values
    }
    body = {"description": said["files"], "content": {"multipart/form-data": {"schema": _object(*files, **files)}}}
    return {
        "post": {
            "operationId": kind.name,
            "summary": (inspect.getdoc(kind.run) or "").partition("\n")[0],
            "parameters": [
                _parameter(name, _sense(kind, name), values[type_]) for name, type_ in types.items() if type_ in values
            ],
            **({"requestBody": body} if files else {}),
            "responses": {"200": {"description": said["told"], "content": _json("Told")}, **_refusals(said)},
        }
    }


def _sense(kind: type[Experiment], name: str) -> str:
    """What the docstring says of a parameter."""
    arguments = (inspect.getdoc(kind.run) or "").partition("Args:\n")[2].partition("\n\n")[0]
    entries = re.split(r"^    (?=\S)", arguments, flags=re.MULTILINE)[1:]
    named = (({*names.split(", ")}, text) for names, _, text in (entry.partition(": ") for entry in entries))
    return next((" ".join(text.split()) for names, text in named if name in names), "")


def _refusals(said: Mapping[str, str]) -> Json:
    return {status: {"description": said[name], "content": _json("Refusal")} for status, name in REFUSALS.items()}


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
        "Told": _object(),
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
