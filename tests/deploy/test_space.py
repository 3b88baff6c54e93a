"""The repository as a Space of Hugging Face: what the platform reads, and the page as it starts it."""

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from PIL import Image

from benchmarks.server import Server, wait_until_warm
from tests.page import corpus
from tests.page.talk import HTTP, Program
from tests.server import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
HARDWARE = {"cpu-basic", "cpu-upgrade", "zero-a10g", "t4-small", "t4-medium", "l4x1", "a10g-small", "a10g-large"}
# What the platform's reference says of each field that we use, as a pattern of all that it may be.
FIELDS = {
    "title": r".{1,60}",
    "emoji": r"[\U0001F300-\U0001FAFF]",
    "colorFrom": "|".join(COLOURS),
    "colorTo": "|".join(COLOURS),
    "sdk": "gradio|docker|static",
    "sdk_version": r"\d+\.\d+\.\d+",
    "python_version": r"3\.\d+(\.\d+)?",
    "app_file": r"[\w/.-]+",
    "suggested_hardware": "|".join(HARDWARE),
    "short_description": r".{10,60}",
    "license": "apache-2.0",
    "thumbnail": r"https://\S+\.(jpg|png)",
}
ON_ZERO_GPU = {"torch": ("2.8.0", "2.9.1", "2.10.0", "2.11.0"), "python": ("3.10.13", "3.12.12")}


def front_matter(text: str) -> dict[str, Any]:
    said = yaml.safe_load(text.split("---\n")[1])
    assert isinstance(said, dict)
    return said


def test_every_field_on_top_of_the_readme_is_one_that_the_platform_takes() -> None:
    said = front_matter(README)
    for name, value in said.items():
        if name == "tags":
            assert all(re.fullmatch(r"[a-z-]+", tag) for tag in value)
        else:
            assert isinstance(value, str), f"{name} is no text: quote it"
            assert re.fullmatch(FIELDS[name], value), (name, value)
    assert set(said) >= {"title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "app_file"}
    assert (ROOT / said["app_file"]).is_file()


def test_the_platforms_gradio_is_the_one_that_is_required_and_tested() -> None:
    said = front_matter(README)["sdk_version"]
    assert f"gradio=={said}" in (ROOT / "requirements.txt").read_text().splitlines()
    assert said == version("gradio")


def test_requirements_admit_what_zero_gpu_has() -> None:
    from packaging.requirements import Requirement

    lines = (ROOT / "requirements.txt").read_text().splitlines()
    required = {each.name: each for each in map(Requirement, (line for line in lines if line and line[0] != "#"))}
    assert set(ON_ZERO_GPU["torch"]) == set(required["torch"].specifier.filter(ON_ZERO_GPU["torch"]))
    assert front_matter(README)["python_version"] in ON_ZERO_GPU["python"]
    # The platform brings it, in the version that fits; with ours, pip could be asked for two.
    assert "spaces" not in required


# --- deploy/space/push ---


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A stand-in for `hf` that keeps what it is given in `tmp_path`."""
    path = tmp_path / "bin" / "hf"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\necho "$@" > "{tmp_path}/said"\nfor last; do before="$folder"; folder="$last"; done\n')
    with path.open("a") as script:
        script.write(f'cp -r "$before" "{tmp_path}/sent"\n')
    path.chmod(0o755)
    return tmp_path


def push(hub: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "deploy" / "space" / "push"), *arguments]
    path = f"{hub / 'bin'}:/usr/bin:/bin"
    return subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a copy without history has no commit to send")
def test_push_sends_the_last_commit_with_a_thumbnail_and_nothing_else(hub: Path) -> None:
    done = push(hub, "someone/seewhy")
    assert (done.returncode, done.stderr) == (0, "")
    assert (hub / "said").read_text().startswith("upload --type space --delete * --commit-message ")
    assert {"app.py", "README.md", "requirements.txt"} <= set(os.listdir(hub / "sent"))
    assert not {".venv", ".git"} & set(os.listdir(hub / "sent"))
    said = front_matter((hub / "sent" / "README.md").read_text(encoding="utf-8"))
    assert said["thumbnail"] == "https://huggingface.co/spaces/someone/seewhy/resolve/main/docs/thumbnail.jpg"
    assert re.fullmatch(FIELDS["thumbnail"], said["thumbnail"])
    assert said["sdk"] == "gradio"


@pytest.mark.parametrize("arguments", [(), ("seewhy",), ("some one/seewhy",), ("a/b/c",)])
def test_push_asks_for_the_space(hub: Path, arguments: tuple[str, ...]) -> None:
    done = push(hub, *arguments)
    assert done.returncode == 2
    assert "OWNER/NAME" in done.stderr
    assert not (hub / "said").exists()


def test_push_says_where_hf_comes_from(tmp_path: Path) -> None:
    done = push(tmp_path, "someone/seewhy")
    assert done.returncode == 1
    assert ".venv/bin" in done.stderr


def test_thumbnail_has_the_shape_that_links_show() -> None:
    with Image.open(ROOT / "docs" / "thumbnail.jpg") as image:
        assert image.size == (1200, 630)
    assert (ROOT / "docs" / "thumbnail.jpg").stat().st_size < 200_000


# --- the page as a Space runs it ---

# User 1000, who may write nothing of others'. It may read all, because this Python may lie in root's own folder.
AS_1000 = [
    *("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"),
]


def ended(pids: list[int]) -> bool:
    """Whether these processes end within seconds; one that only waits for its parent to look has ended."""
    deadline = time.monotonic() + 60
    while running := [pid for pid in pids if re.search(r"^State:\s+[^ZX]", status(pid), re.MULTILINE)]:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return not running


def status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return ""


@contextmanager
def as_a_space(**variables: str) -> Iterator[Server]:
    """The page as user 1000 where that can be had, with a Space's variables, in a tree that can only be read."""
    home = Path(tempfile.mkdtemp())  # not pytest's own folder, which only this user may enter
    try:
        home.chmod(0o755)
        app, log = home / "app", home / "log"
        for name in ("page", "explainer", "models"):
            shutil.copytree(ROOT / name, app / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("app.py", "pyproject.toml"):
            shutil.copy(ROOT / name, app)
        root = os.geteuid() == 0 and shutil.which("setpriv") is not None
        for name in ("home", "tmp"):
            (home / name).mkdir()
            os.chown(home / name, 1000 if root else -1, -1)
        for path in (*app.rglob("*"), app):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222 | 0o444)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        of_others = re.compile("SEEWHY_|GRADIO_|.*proxy", re.IGNORECASE)
        with log.open("wb") as written:
            process = subprocess.Popen(
                [*(AS_1000 if root else []), sys.executable, "app.py"],
                cwd=app,
                env={
                    **{name: value for name, value in os.environ.items() if not of_others.match(name)},
                    "SYSTEM": "spaces",
                    "SPACE_ID": "someone/seewhy",
                    "SPACE_HOST": "someone-seewhy.hf.space",
                    "SPACE_AUTHOR_NAME": "someone",
                    "SPACE_REPO_NAME": "seewhy",
                    "SPACE_TITLE": "SeeWhy",
                    "ACCELERATOR": "none",
                    "GRADIO_SERVER_NAME": "0.0.0.0",
                    "GRADIO_SERVER_PORT": str(port),
                    "HOME": str(home / "home"),
                    "TMPDIR": str(home / "tmp"),
                    "PYTHONPATH": str(Path(__file__).parent / "platform"),
                    "SEEWHY_ENGINE": "torch",  # so that the test does not pay for building a graph
                    **variables,
                },
                stdout=written,
                stderr=subprocess.STDOUT,
            )
        server = Server(f"http://127.0.0.1:{port}", process, home / "tmp" / "seewhy", log)
        try:
            wait_until_warm(server, "/healthz")
            yield server
            helpers = server.children()
        finally:
            process.terminate()
            process.wait(timeout=60)
        assert ended(helpers), "what it started ends with it"
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def space() -> Iterator[Server]:
    """The page on a Space with nothing but a processor."""
    with as_a_space() as server:
        yield server


def explained(server: Server) -> dict[str, Any]:
    answer = httpx.post(f"{server.url}/api/explain", content=corpus.taken()["png"].data, **HTTP)
    assert answer.status_code == 200
    said = answer.json()
    assert isinstance(said, dict)
    return said


def test_picture_is_explained_on_a_space(space: Server) -> None:
    assert len(explained(space)["layers"]) == 5


def test_page_and_upload_work_on_a_space(space: Server) -> None:
    with httpx.Client(base_url=space.url, **HTTP) as browser:
        page = browser.get("/")
        assert page.status_code == 200
        sent = browser.post("/gradio_api/upload", files={"files": ("a.png", corpus.taken()["png"].data)})
        assert sent.status_code == 200
        assert sent.json()[0].startswith(str(space.uploads))
    assert "Traceback" not in space.log()


def test_hub_may_frame_it_and_its_cookie_works_in_that_frame(space: Server) -> None:
    page = httpx.get(space.url, **HTTP)
    policy = page.headers["content-security-policy"]
    assert re.search(r"frame-ancestors 'self' https://huggingface\.co https://\*\.hf\.space$", policy)
    assert "SameSite=None; Secure; Partitioned" in page.headers["set-cookie"]
    assert "x-frame-options" not in page.headers


# --- ZeroGPU ---


@pytest.fixture(scope="module")
def zero() -> Iterator[Server]:
    """The page on ZeroGPU, where the card is in another process."""
    with as_a_space(SPACES_ZERO_GPU="true", ACCELERATOR="zero-a10g") as server:
        yield server


def test_zero_gpu_is_asked_once_for_a_picture_and_gives_the_same(zero: Server, space: Server) -> None:
    assert "a card was borrowed" not in zero.log()  # for no visitor
    answers = [explained(server) for server in (zero, space)]
    for answer in answers:
        del answer["milliseconds"]
    assert answers[0] == answers[1]
    assert zero.log().count("a card was borrowed") == 1


def test_experiment_and_refusal_come_back_from_the_card(zero: Server) -> None:
    program = Program(zero.url)
    picture = program.send(corpus.taken()["png"].data)
    before = zero.log().count("a card was borrowed")
    assert program.call("honest_grid", picture)["sum"]
    assert zero.log().count("a card was borrowed") == before + 1
    refused = httpx.post(f"{zero.url}/api/explain?target=xyzzy", content=corpus.taken()["png"].data, **HTTP)
    assert refused.status_code == 400
    assert "xyzzy" in refused.json()["error"]
    assert "Traceback" not in zero.log()
