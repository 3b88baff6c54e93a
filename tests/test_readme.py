"""What the README says is so: its commands run, its tables are the code's, its links lead somewhere."""

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import torch
from PIL import Image

from explainer import methods
from explainer.explain import explain
from explainer.methods import METHODS, Method
from models.catalogue import CATALOGUE, DEFAULT, ClassifierSpec
from models.store import ClassifierStore
from page.examples import find_examples
from page.experiments import EXPERIMENTS
from page.settings import Settings
from page.words import load
from tests.server import Server

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
REQUIREMENTS = [
    line.split("#")[0].strip()
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if line.split("#")[0].strip()
]


def section(title: str) -> str:
    """The text below a heading, up to the next of the same rank."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"there is no section {title!r}"
    return found[1]


def must_reach(name: str) -> str:
    """The table of goals in the latest results of a benchmark."""
    report = (ROOT / "benchmarks" / "results" / f"{name}.md").read_text(encoding="utf-8")
    return report.partition("## Must reach\n\n")[2].partition("\n\n")[0]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def table(text: str, header: str) -> list[list[str]]:
    """The rows below a header such as "Package | Why", without backticks."""
    rows = text.partition(f"| {header} |\n")[2].splitlines()
    assert rows, f"there is no table {header!r}"
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows[1 : next(_ends(rows))]]
    return [[cell.strip().strip("`") for cell in row] for row in cells]


def _ends(rows: list[str]) -> Iterator[int]:
    yield from (number for number, row in enumerate(rows) if not row.startswith("|"))
    yield len(rows)


def package(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement)[0]


# --- what a Space reads ---


def front_matter() -> dict[str, str]:
    assert README.startswith("---\n")
    lines = README.split("---\n")[1].splitlines()
    return {key: value.strip().strip('"') for key, _, value in (line.partition(":") for line in lines) if value}


def test_front_matter_agrees_with_the_requirements() -> None:
    said = front_matter()
    assert (said["sdk"], said["app_file"]) == ("gradio", "app.py")
    assert f"gradio=={said['sdk_version']}" in REQUIREMENTS
    assert said["sdk_version"] == version("gradio")
    assert said["license"] == "apache-2.0"
    lowest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    assert [int(part) for part in said["python_version"].split(".")] >= [int(part) for part in lowest.split(".")]


# --- tables ---


def test_settings_table_is_the_settings_row_by_row() -> None:
    rows = table(section("Settings"), "Flag | Variable | Default | Meaning")
    assert rows == [
        [f"--{name.replace('_', '-')}", f"SEEWHY_{name.upper()}", str(field.default), field.description]
        for name, field in Settings.model_fields.items()
    ]


def test_every_dependency_has_its_reason() -> None:
    rows = table(section("Dependencies"), "Package | Why")
    assert [name for name, _ in rows] == [package(requirement) for requirement in REQUIREMENTS]
    assert all(len(reason.split()) >= 3 for _, reason in rows)


def test_every_key_of_the_answer_is_described(server: Server, tmp_path: Path) -> None:
    from tests.page.talk import Program

    program = Program(server.url)
    said = program.explain(program.send(photo(tmp_path).read_bytes()))
    described = re.findall(
        r"`(\w+)`", "".join(row.split("|")[1] for row in README.splitlines() if row.startswith("| `"))
    )
    assert set(said) - {"model", "method"} <= set(described)


def test_every_method_and_model_command_is_named() -> None:
    assert all(f"`{name}`" in README for name in METHODS)
    named = re.findall(r"python -m models fetch ([\w ]+)", README)
    assert named
    assert set(" ".join(named).split()) <= set(CATALOGUE)


# --- links and commands ---


def test_every_experiment_is_listed_with_its_parameters() -> None:
    listed = re.findall(r"`(/\w+)\(([^)]*)\)`", section("The experiments"))
    known = [(f"/{kind.name}", ", ".join([*inspect.signature(kind.run).parameters][1:])) for kind in EXPERIMENTS]
    assert sorted(listed) == sorted(known)


def test_every_relative_link_and_picture_exists() -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", README) + re.findall(r'(?:src|href)="([^"]+)"', README)
    headings = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", README, re.M)
    }
    for target in targets:
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not re.match(r"\w+:", target):
            assert (ROOT / target.partition("#")[0]).exists(), target


def test_screenshot_is_a_real_picture_and_not_heavy() -> None:
    pictures = re.findall(r"!\[([^\]]+)\]\((\S+)\)", README)
    assert pictures
    for words, path in pictures:
        assert len(words.split()) >= 4
        with Image.open(ROOT / path) as image:
            assert image.width >= 600
        assert (ROOT / path).stat().st_size < 500_000


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(
        r"`((?:app|explainer|models|page|scripts|tests|docs|deploy)[\w./-]*|[\w-]+\.(?:txt|toml))`", README
    )
    assert len(named) >= 8
    hosts_own = {str(field.default) for field in Settings.model_fields.values()}
    assert not [name for name in named if not (ROOT / name).exists() and name not in hosts_own]


def test_every_command_exists() -> None:
    commands = [line for block in blocks(README, "bash") for line in block.splitlines() if line.startswith("scripts/")]
    assert {command.split()[0] for command in commands} >= {"scripts/run", "scripts/test"}
    for command in commands:
        assert os.access(ROOT / command.split()[0], os.X_OK), command
    modules = [
        (before, module)
        for path in [ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")]
        for before, module in re.findall(r"(\S*)python -m ([\w.]+)", path.read_text(encoding="utf-8"))
    ]
    assert {module for _, module in modules} >= {"models", "benchmarks", "explainer.engines.build"}
    for before, module in modules:
        assert before.strip("`") == ".venv/bin/", "the packages are there, and many a machine has no `python`"
        place = ROOT.joinpath(*module.split("."))
        assert (place / "__main__.py").is_file() or place.with_suffix(".py").is_file()
    assert subprocess.run([sys.executable, "-m", "models", "list"], cwd=ROOT, capture_output=True).returncode == 0


def test_every_flag_that_is_named_is_a_setting_or_a_commands_own() -> None:
    flags = {f"--{name.replace('_', '-')}" for name in Settings.model_fields} | {"--help"}
    flags |= set(re.findall(r'"(--[a-z-]+)"', (ROOT / "benchmarks" / "__main__.py").read_text(encoding="utf-8")))
    outside = "".join(re.split(r"^```bash\n.*?^```", README, flags=re.MULTILINE | re.DOTALL))
    assert set(re.findall(r"`(--[a-z-]+)`", outside)) <= flags


def test_build_arguments_are_the_images_own() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for name in re.findall(r"--build-arg (\w+)=", README):
        assert re.search(rf"^ARG {name}\b", dockerfile, re.MULTILINE), name


def test_tests_of_continuous_integration_are_the_readmes() -> None:
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert last.endswith('/scripts/test"')


# --- examples that run ---


def photo(folder: Path) -> Path:
    """A photograph of a cat named photo.jpg."""
    (cat,) = [example for example in find_examples(load(), Path("nowhere")) if example.caption == "Cat"]
    path = folder / "photo.jpg"
    cat.open().rgb.save(path, quality=92)
    return path


def here(code: str, server: Server) -> str:
    assert "http://127.0.0.1:7860" in code
    return code.replace("http://127.0.0.1:7860", server.url)


def test_example_in_python_runs(server: Server, tmp_path: Path) -> None:
    photo(tmp_path)
    (code,) = [block for block in blocks(README, "python") if "gradio_client" in block]
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
    assert shutil.which("curl"), "the README's example needs curl"
    photo(tmp_path)
    codes = [block for block in blocks(README, "bash") if "curl" in block]
    assert len(codes) == 2
    for code in codes:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", here(code, server)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout.rpartition("data: ")[2])
        answer = said if isinstance(said, dict) else said[0]
        assert answer["method"] == "layercam"
        assert (answer["target"]["index"], answer["target"]["label"]) == (281, "tabby cat")


def executed(title: str) -> dict[str, Any]:
    """What the one Python block of a section defines."""
    (code,) = blocks(section(title), "python")
    names: dict[str, Any] = {}
    exec(compile(code, f"README: {title}", "exec"), names)
    return names


def test_model_is_added_as_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its weights, as they would arrive, are random ones with the published file's name and shapes."""
    from torchvision.models import get_model, get_model_weights

    spec = executed("Add a model")["spec"]
    assert isinstance(spec, ClassifierSpec)
    assert spec.name not in CATALOGUE
    assert spec.default_layer in [layer.name for layer in spec.layers]

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub._hub_dir", None)
    monkeypatch.setattr("models.weights.is_whole", lambda path: True)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        state = get_model(spec.name).state_dict()
    path = tmp_path / "hub" / "checkpoints" / Path(get_model_weights(spec.name)["IMAGENET1K_V1"].url).name
    path.parent.mkdir(parents=True)
    torch.save(state, path)

    store = ClassifierStore(torch.device("cpu"), offline=True, catalogue={**CATALOGUE, spec.name: spec})
    assert spec.name in store.available()
    with Image.open(photo(tmp_path)) as picture:
        explanation = explain(store.get(spec.name), picture.convert("RGB"))
    assert [layer.name for layer in explanation.layers] == [layer.name for layer in spec.layers]
    sizes = [layer.grid.shape[0] for layer in explanation.layers]
    assert sizes == sorted(sizes, reverse=True)
    assert explanation.layer(spec.default_layer).grid.max() in (0, 1)


def test_method_is_added_as_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    method = executed("Add a method")["method"]
    assert isinstance(method, Method)
    assert method.title not in [known.title for known in METHODS.values()]
    more = MappingProxyType({**METHODS, "added": method})
    for module in (methods, sys.modules["explainer.explain"]):
        monkeypatch.setattr(module, "METHODS", more)
    with Image.open(photo(tmp_path)) as picture:
        added = explain(ClassifierStore(torch.device("cpu")).get(DEFAULT), picture.convert("RGB"), method="added")
    assert added.method == "added"
    assert all(layer.grid.max() == 1 for layer in added.layers)
    activations, gradients = torch.rand(2, 3, 4, 5), torch.randn(2, 3, 4, 5)
    assert method.function(activations, gradients).shape == (2, 4, 5)


@pytest.mark.parametrize("name", ["explain", "outside"])
def test_the_benchmarks_table_is_the_latest_result(name: str) -> None:
    shown = README.partition(f"<!-- {name}: the must-reach table")[2].partition("-->\n")[2]
    shown = shown.partition(f"\n<!-- {name}: end -->")[0]
    assert shown.startswith("| Must reach |")
    assert shown == must_reach(name)
