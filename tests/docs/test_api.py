"""docs/api.md describes what programs can ask; its examples run."""

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from explainer.methods import titles
from page.experiments import EXPERIMENTS
from tests.docs.reading import blocks, photo, section, table, text
from tests.page.talk import Program
from tests.server import Server

API = text("docs/api.md")


def test_every_key_of_the_answer_is_described(server: Server, tmp_path: Path) -> None:
    program = Program(server.url)
    said = program.explain(program.send(photo(tmp_path).read_bytes()))
    described = re.findall(r"\w+", " ".join(key for key, _ in table(API, "Key | What it holds")))
    assert set(said) - {"model", "method"} == set(described)


def test_every_method_is_named() -> None:
    assert all(f"`{name}`" in section(API, "What can be asked") for name in titles())


def test_every_experiment_is_listed_with_its_parameters() -> None:
    listed = re.findall(r"`(/\w+)\(([^)]*)\)`", section(API, "The experiments"))
    known = [(f"/{kind.name}", ", ".join([*inspect.signature(kind.run).parameters][1:])) for kind in EXPERIMENTS]
    assert sorted(listed) == sorted(known)


def here(code: str, server: Server) -> str:
    assert "http://127.0.0.1:7860" in code
    return code.replace("http://127.0.0.1:7860", server.url)


def run(code: str, folder: Path) -> str:
    """What an example for a shell prints in a folder."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code], cwd=folder, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_example_in_python_runs(server: Server, tmp_path: Path) -> None:
    photo(tmp_path)
    (code,) = [block for block in blocks(API, "python") if "gradio_client" in block]
    done = subprocess.run(
        [sys.executable, "-c", here(code, server)],
        cwd=tmp_path,
        env={**os.environ, "GRADIO_TEMP_DIR": str(tmp_path / "downloads")},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert "cat" in done.stdout
    assert "dogs rather than cats" in done.stdout
    (path,) = re.findall(r"/\S+\.png", done.stdout)
    with Image.open(path) as image:
        assert image.format == "PNG"


def test_example_with_curl_runs(server: Server, tmp_path: Path) -> None:
    assert shutil.which("curl"), "the example needs curl"
    photo(tmp_path)
    others = "/api/mirror", "/api/teach", "api=http"
    codes = [block for block in blocks(API, "bash") if "curl" in block and not any(each in block for each in others)]
    assert len(codes) == 2
    for code in codes:
        said = json.loads(run(here(code, server), tmp_path).rpartition("data: ")[2])
        answer = said if isinstance(said, dict) else said[0]
        assert answer["method"] == "layercam"
        assert (answer["target"]["index"], answer["target"]["label"]) == (281, "tabby cat")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Path:
    """A folder with what the calls name; the last of it is what one of them makes."""
    folder = tmp_path_factory.mktemp("files")
    with Image.open(photo(folder)) as picture:
        picture.convert("RGB").crop((0, 0, 120, 120)).save(folder / "square.jpg")
        marks = Image.new("L", picture.size)
        marks.paste(255, (60, 60, 140, 120))
        marks.save(folder / "marks.png")
    (making,) = [block for block in blocks(API, "bash") if "cups.seewhy" in block and "latched" in block]
    assert "verdict" in json.loads(run(here(making, server), folder))
    return folder


def calls() -> dict[str, str]:
    """One call for each endpoint, by its name, with what it needs before it."""
    (block,) = [block for block in blocks(API, "bash") if block.startswith("api=") and "/cover" in block]
    first, *lines = block.splitlines()
    return {line.rpartition("$api/")[2].strip('"').partition("?")[0]: f"{first}\n{line}" for line in lines}


def test_every_endpoint_has_a_call() -> None:
    elsewhere = {"teach", "latched"}  # which the sections about teaching call
    assert set(calls()) == {kind.name for kind in EXPERIMENTS} - elsewhere


@pytest.mark.parametrize("name", calls())
def test_call_gives_what_the_endpoint_promises(name: str, server: Server, files: Path) -> None:
    told = json.loads(run(here(calls()[name], server), files))
    assert "error" not in told
    (kind,) = [kind for kind in EXPERIMENTS if kind.name == name]
    returns = (inspect.getdoc(kind.run) or "").partition("Returns:")[2].partition("Raises:")[0]
    promised = {each for each in re.findall(r"`(\w+)`", returns) if each in told}
    assert promised or name in ("teach_open", "view"), "what its docstring names is in the answer"


def test_example_of_a_frame_runs_and_every_key_of_its_answer_is_described(server: Server, tmp_path: Path) -> None:
    with Image.open(photo(tmp_path)) as picture:
        picture.convert("RGB").resize((256, 256)).save(tmp_path / "square.jpg")
    (code,) = [block for block in blocks(API, "bash") if "/api/mirror" in block]
    told = run(here(code, server), tmp_path)
    rows = table(section(API, "Frames of a film"), "Key | What it holds")
    assert set(json.loads(told)) == set(re.findall(r"`?(\w+)`?", " ".join(key for key, _ in rows)))


def test_examples_of_teaching_run(server: Server, tmp_path: Path) -> None:
    with Image.open(photo(tmp_path)) as picture:
        picture.convert("RGB").crop((0, 0, 120, 120)).save(tmp_path / "square.jpg")
    said = [run(here(code, server), tmp_path) for code in blocks(API, "bash") if "/api/teach" in code]
    once, steps = said
    assert [each["name"] for each in json.loads(once)["things"]] == ["Cup", "Toy"]
    assert '"says":{"thing":' in steps
    assert steps.endswith('{"forgotten":true}')
