"""What the README says is so: what a Space reads, its commands, its picture."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version

from PIL import Image

from models.catalogue import built_in
from tests.docs.reading import ROOT, blocks, text

README = text("README.md")
REQUIREMENTS = text("requirements.txt").splitlines()


def test_it_is_a_front_door_and_no_house() -> None:
    assert len(README.splitlines()) <= 350


# --- what a Space reads ---


def front_matter() -> dict[str, str]:
    assert README.startswith("---\n")
    lines = README.split("---\n")[1].splitlines()
    return {key: value.strip().strip('"') for key, _, value in (line.partition(":") for line in lines) if value}


def project() -> dict[str, str]:
    found: dict[str, str] = tomllib.loads(text("pyproject.toml"))["project"]
    return found


def test_front_matter_agrees_with_the_requirements() -> None:
    said = front_matter()
    assert (said["sdk"], said["app_file"]) == ("gradio", "app.py")
    assert f"gradio=={said['sdk_version']}" in REQUIREMENTS
    assert said["sdk_version"] == version("gradio")
    assert said["license"] == "apache-2.0"
    lowest = project()["requires-python"].removeprefix(">=")
    assert [int(part) for part in said["python_version"].split(".")] >= [int(part) for part in lowest.split(".")]


# --- commands and files ---


def test_pythons_are_those_that_packages_are_listed_for() -> None:
    named = re.findall(r"3\.\d+", README.partition("With Python ")[2].partition(" on Debian")[0])
    listed = re.findall(r'"(3\.\d+)"', re.findall(r"^PYTHONS = .*$", text("scripts/lock"), re.MULTILINE)[0])
    assert named == listed
    assert project()["requires-python"] == f">={named[0]}"


def test_every_command_exists() -> None:
    commands = [line for block in blocks(README, "bash") for line in block.splitlines() if line.startswith("scripts/")]
    assert {command.split()[0] for command in commands} >= {"scripts/run", "scripts/test"}
    for command in commands:
        assert os.access(ROOT / command.split()[0], os.X_OK), command
    assert subprocess.run([sys.executable, "-m", "models", "list"], cwd=ROOT, capture_output=True).returncode == 0


def test_models_that_are_to_be_fetched_are_known() -> None:
    named = re.findall(r"python -m models fetch ([\w ]+)", README)
    assert named
    assert set(" ".join(named).split()) <= set(built_in())


def test_build_arguments_are_the_images_own() -> None:
    named = re.findall(r"--build-arg (\w+)=", README)
    assert named
    for name in named:
        assert re.search(rf"^ARG {name}\b", text("Dockerfile"), re.MULTILINE), name


def test_tests_of_continuous_integration_are_the_readmes() -> None:
    assert text(".ci/run").splitlines()[-1].endswith('/scripts/test"')


def test_screenshot_is_a_real_picture_and_not_heavy() -> None:
    pictures = re.findall(r"!\[([^\]]+)\]\((\S+)\)", README)
    assert pictures
    for words, path in pictures:
        assert len(words.split()) >= 4
        with Image.open(ROOT / path) as image:
            assert image.width >= 600
        assert (ROOT / path).stat().st_size < 500_000
