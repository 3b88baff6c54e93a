"""The description of the plain route is valid, and says what the route really takes and gives."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from explainer.methods import titles
from models.catalogue import built_in
from page.doors.plain import PATH, STATUSES
from page.openapi import describe
from page.words import Words
from tests.page import corpus
from tests.page.talk import HTTP
from tests.server import Server

ROOT = Path(__file__).parents[2]
SCHEMA = {
    "type",
    "properties",
    "required",
    "items",
    "enum",
    "default",
    "minimum",
    "maximum",
    "contentMediaType",
    "$ref",
}
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "null": type(None),
    "boolean": bool,
}


@pytest.fixture
def described(words: Words) -> Any:
    return describe(PATH, tuple(built_in()), "resnet18", words)


@pytest.fixture
def post(described: Any) -> Any:
    return described["paths"][PATH]["post"]


def found(description: Any, reference: str) -> Any:
    assert reference.startswith("#/")
    for name in reference[2:].split("/"):
        description = description[name]
    return description


def schemas(description: Any) -> Iterator[Any]:
    """Every schema in a description, also those inside others."""
    waiting = [*description["components"]["schemas"].values()]
    post = description["paths"][PATH]["post"]
    waiting += [parameter["schema"] for parameter in post["parameters"]]
    bodies = [post["requestBody"], *post["responses"].values()]
    waiting += [media["schema"] for body in bodies for media in body["content"].values() if media]
    while waiting:
        schema = waiting.pop()
        yield schema
        waiting += [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]


def complaints(value: Any, schema: Any, description: Any, where: str = "answer") -> list[str]:
    """What about a value is not as the schema says."""
    if "$ref" in schema:
        return complaints(value, found(description, schema["$ref"]), description, where)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, bool) != (kinds == ["boolean"]) or not any(isinstance(value, TYPES[kind]) for kind in kinds):
        return [f"{where} is {value!r}"]
    wrong = [] if value in schema.get("enum", [value]) else [f"{where} is {value!r}"]
    if isinstance(value, dict):
        known, needed = set(schema["properties"]), set(schema["required"])
        wrong += [f"{where} has {sorted(value)}"] if not needed <= set(value) <= known else []
        for name in known & set(value):
            wrong += complaints(value[name], schema["properties"][name], description, f"{where}.{name}")
    elif isinstance(value, list):
        for each in value:
            wrong += complaints(each, schema["items"], description, f"{where}[]")
    elif "minimum" in schema and not schema["minimum"] <= value <= schema["maximum"]:
        wrong.append(f"{where} is {value}")
    return wrong


def test_parts_that_openapi_demands_are_there(described: Any, post: Any) -> None:
    assert set(described) == {"openapi", "info", "paths", "components"}
    assert described["openapi"].startswith("3.1.")
    assert {"title", "version"} <= set(described["info"])
    for parameter in post["parameters"]:
        assert set(parameter) == {"name", "in", "required", "description", "schema"}
        assert (parameter["in"], parameter["required"]) == ("query", False)
    assert set(post["requestBody"]) == {"required", "description", "content"}
    for status, response in post["responses"].items():
        assert status.isdigit()
        assert set(response) == {"description", "content"}


def test_every_schema_is_one_and_every_reference_leads_somewhere(described: Any) -> None:
    looked_at = list(schemas(described))
    assert len(looked_at) > 30
    for schema in looked_at:
        assert set(schema) <= SCHEMA
        if "$ref" in schema:
            assert found(described, schema["$ref"])["type"] == "object"
            continue
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert set(kinds) <= set(TYPES)
        assert ("properties" in schema) == ("object" in kinds)
        assert ("items" in schema) == ("array" in kinds)
        assert set(schema.get("required", [])) <= set(schema.get("properties", {}))
        assert schema.get("default") in [*schema.get("enum", []), None]


def test_parameters_are_the_real_ones(post: Any) -> None:
    parameters = {parameter["name"]: parameter["schema"] for parameter in post["parameters"]}
    assert list(parameters) == ["model", "target", "method", "layer"]
    assert parameters["model"] == {"type": "string", "enum": list(built_in()), "default": "resnet18"}
    assert parameters["method"] == {"type": "string", "enum": list(titles()), "default": "gradcam"}


def test_every_status_of_the_route_is_described(post: Any) -> None:
    assert set(post["responses"]) == {"200", "400", "408", "500", *(str(status) for status in STATUSES.values())}


def test_version_is_the_projects(described: Any) -> None:
    assert f'version = "{described["info"]["version"]}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("target", [None, "dogs", "dogs rather than cats"])
def test_real_answers_are_as_described(server: Server, target: str | None) -> None:
    description = httpx.get(f"{server.url}/api/openapi.json", **HTTP).json()
    responses = description["paths"][PATH]["post"]["responses"]

    def schema(status: int) -> Any:
        return responses[str(status)]["content"]["application/json"]["schema"]

    asked = {"target": target} if target else {}
    for data in (corpus.taken()["a photo"].data, b"nothing"):
        answered = httpx.post(f"{server.url}{PATH}", content=data, params=asked, **HTTP)
        assert complaints(answered.json(), schema(answered.status_code), description) == []


def test_check_finds_what_is_not_as_described(described: Any) -> None:
    refusal = found(described, "#/components/schemas/Refusal")
    answer = found(described, "#/components/schemas/Answer")
    for value in ({}, {"error": 1}, {"error": "a", "more": 1}, [], None):
        assert complaints(value, refusal, described)
    assert complaints({"index": 1, "label": "a", "confidence": 1.5}, answer, described) == ["answer.confidence is 1.5"]


def test_description_can_only_be_read(server: Server) -> None:
    assert httpx.post(f"{server.url}/api/openapi.json", **HTTP).status_code == 405
