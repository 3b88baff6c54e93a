"""docs/own-model.md, followed word by word, as far as it goes without fast.ai and Lightning.

With these packages: `tests/models/own/real.py`.
"""

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from models.own.folder import read_folder
from tests.docs.reading import ROOT, blocks, text

GUIDE = text("docs/own-model.md")
PYTHON = blocks(GUIDE, "python")
COMMANDS = [line for block in blocks(GUIDE, "bash") for line in block.splitlines()]


def models(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command of the guide, in a folder where files lie as they do after the step before."""
    first, *rest = shlex.split(command)
    assert first == ".venv/bin/python"
    path = {"PYTHONPATH": str(ROOT), "SEEWHY_CACHE": str(folder), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"}
    return subprocess.run([sys.executable, *rest], cwd=folder, env=path, capture_output=True, text=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook's folder after the cells for torchvision and timm, with pictures of two classes."""
    made = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch, torch.random.fork_rng():
        patch.chdir(made)
        torch.manual_seed(0)
        for cell in PYTHON:
            if "import timm" in cell or "import torch\n" in cell:
                exec(compile(cell.replace("pretrained=True", "pretrained=False"), "docs/own-model.md", "exec"), {})
    drawn = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (made / "pictures" / name).mkdir(parents=True)
        for number in range(3):
            Image.fromarray(drawn.integers(0, 255, (60, 60, 3), np.uint8)).save(
                made / "pictures" / name / f"{number}.png"
            )
    return made


def test_the_cells_save_what_the_commands_add(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["dogcat.pth", "dogcat.safetensors"]
    named = set(re.findall(r"dogcat\.\w+", "".join(COMMANDS)))
    assert named == {"dogcat.pkl", "dogcat.pth"}


def test_every_cell_is_python() -> None:
    assert len(PYTHON) == 7
    for cell in PYTHON:
        ast.parse(cell)


def test_its_commands_add_check_list_and_remove(folder: Path) -> None:
    """The network is named, since to compare all of them takes a minute."""
    (checked,) = [command for command in COMMANDS if "--check" in command]
    small = checked.replace("--size 224", "--size 64 --architecture torchvision/squeezenet1_1")
    done = models(small, folder)
    assert done.returncode == 0, done.stderr
    assert "It is torchvision/squeezenet1_1 with 2 classes." in done.stdout
    assert re.search(r"^right: on \d of 6 pictures$", done.stdout, re.MULTILINE)
    assert "gradients: as the finite differences of the score" in done.stdout
    assert {path.name for path in (folder / "own-models").iterdir()} == {"dogcat.safetensors", "dogcat.toml"}
    told = tomllib.loads((folder / "own-models" / "dogcat.toml").read_text())
    for key in ("title", "classes", "size", "layers"):
        assert f"`{key}`" in GUIDE
        assert key in told
    assert tuple(read_folder(folder / "own-models").specs["dogcat"].labels) == ("cat", "dog")
    for command in (each for each in COMMANDS if each.endswith(("list", "remove dogcat"))):
        assert models(command, folder).returncode == 0
    assert list((folder / "own-models").iterdir()) == []


def test_it_is_started_by_its_name() -> None:
    assert "scripts/run --model dogcat" in COMMANDS
