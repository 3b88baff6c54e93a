import subprocess
import sys
from pathlib import Path

import pytest

from models.__main__ import REASONS, SENTENCES, main
from models.catalogue import DEFAULT, ClassifierSpec, TargetLayer, built_in
from models.download import DownloadFailed
from models.store import UnknownModel
from models.weights import TorchvisionWeights, WeightsBroken, WeightsOffline
from tests.models.conftest import Server, hashed_name

BODY = bytes(3_000_000)
NAME = hashed_name("net", BODY)


def catalogue(**urls: str) -> dict[str, ClassifierSpec]:
    return {
        name: ClassifierSpec(
            name,
            name.title(),
            TorchvisionWeights(name.title(), "resnet18", url=url),
            (TargetLayer("fc", "Edges"),),
            "fc",
        )
        for name, url in urls.items()
    }


def test_the_list_tells_what_is_here(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(built_in())
    assert "EfficientNet-Lite0 (here)" in lines[0]
    assert "EfficientNet-Lite2 (here)" in lines[1]
    assert all("can be downloaded" in line for line in lines[2:])


def test_fetching_shows_progress_and_ends_with_the_file(
    server: Server, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = catalogue(net=server.serve(NAME, BODY))
    assert main(["fetch", "net"], models) == 0
    assert (cache / NAME).read_bytes() == BODY
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 3
    assert lines[-2:] == ["Net: 3 of 3 MB", "Net is here."]


def test_on_a_terminal_progress_is_one_line(
    server: Server, cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(["fetch", "net"], catalogue(net=server.serve(NAME, BODY)))
    progress, done = capsys.readouterr().out.rstrip("\n").split("\n")
    assert progress.count("\r") >= 1
    assert progress.endswith("Net: 3 of 3 MB")
    assert done == "Net is here."


def test_all_fetches_every_model(server: Server, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = hashed_name("other", b"other")
    models = catalogue(net=server.serve(NAME, BODY), other=server.serve(other, b"other"))
    assert main(["fetch", "all"], models) == 0
    assert {path.name for path in cache.iterdir()} == {NAME, other}


def test_a_failed_download_is_one_sentence_and_exit_code_1(
    server: Server, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", "net"], catalogue(net=server.url(NAME))) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f"Net could not be downloaded: {REASONS['status']}.\n"


def test_an_unknown_name_is_refused_before_anything_is_fetched(
    server: Server, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", "net", "nonsense"], catalogue(net=server.serve(NAME, BODY))) == 1
    assert capsys.readouterr().err == "There is no model called nonsense. Known are: net.\n"
    assert server.requests == []


def test_offline_nothing_is_fetched(cache: Path, no_network: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "--offline", "vgg16"]) == 1
    assert "VGG-16 is not on this machine" in capsys.readouterr().err
    assert not cache.exists()
    assert main(["fetch", "--offline", DEFAULT]) == 0


def test_every_problem_of_this_command_has_its_sentence() -> None:
    assert set(SENTENCES) == {kind.key for kind in (UnknownModel, WeightsOffline, WeightsBroken, DownloadFailed)}


def test_the_command_runs_as_a_module(cache: Path) -> None:
    root = Path(__file__).parents[2]
    finished = subprocess.run([sys.executable, "-m", "models", "list"], cwd=root, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    assert DEFAULT in finished.stdout
