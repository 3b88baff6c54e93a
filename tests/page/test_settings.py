"""Flags and variables of the same names; what is invalid ends the start with a sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from models.catalogue import built_in
from page.settings import Settings, read_settings

ROOT = Path(__file__).parents[2]
OTHERS = {
    "host": "0.0.0.0",
    "port": 7861,
    "models": Path("/tmp/networks"),
    "model": "vgg16",
    "device": "cpu",
    "threads": 3,
    "engine": "torch",
    "cluster": "http://10.0.0.5:8000",
    "cache": Path("/tmp/kept"),
    "language": "en",
    "offline": True,
    "kiosk": True,
    "curator": Path("/tmp/museum.toml"),
    "tally": Path("/tmp/counts.sqlite"),
    "tally_days": 1,
    "idle_seconds": 30,
    "countdown_seconds": 20,
    "stay_seconds": 30,
    "keep_models": 5,
    "queue": 9,
    "queue_each": 5,
    "mirrors": 3,
    "downloads": "no",
    "public": True,
    "requests_each": 100,
    "questions_each": 20,
    "uploads_each": 10,
    "connections_each": 30,
    "cpu_seconds_each": 50,
    "proxies": "127.0.0.1,10.0.0.0/8",
    "hosts": "museum.example",
    "frames": "https://museum.example https://*.school.example",
    "files": 7,
    "sessions": 30,
    "seconds": 20,
    "log": "json",
    "megabytes": 4,
    "megapixels": 12,
    "sweep_minutes": 3,
    "farewell_seconds": 20,
}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GRADIO_SERVER_NAME", "GRADIO_SERVER_PORT", "SPACE_ID", *map(variable, Settings.model_fields)):
        monkeypatch.delenv(name, raising=False)


def variable(name: str) -> str:
    return f"SEEWHY_{name.upper()}"


def flags(name: str, value: object) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    return [flag] if value is True else [flag, str(value)]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as caught:
        read_settings(list(arguments))
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err


def test_this_test_knows_every_setting() -> None:
    assert set(OTHERS) == set(Settings.model_fields)


@pytest.mark.parametrize(
    ("flags", "allowed"),
    [
        ([], True),
        (["--downloads", "no"], False),
        (["--public"], False),
        (["--public", "--downloads", "yes"], True),
    ],
)
def test_strangers_bring_no_models_unless_the_host_says_so(flags: list[str], allowed: bool) -> None:
    assert read_settings(flags).downloads_allowed is allowed


def test_defaults_are_closed_and_bundled() -> None:
    settings = read_settings([])
    assert (settings.host, settings.port, settings.model) == ("127.0.0.1", 7860, "efficientnet_lite0")
    assert (settings.megabytes, settings.megapixels, settings.offline, settings.kiosk) == (15, 40, False, False)


@pytest.mark.parametrize("name", OTHERS)
def test_flag_and_variable_of_the_same_name_say_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert getattr(read_settings(flags(name, OTHERS[name])), name) == OTHERS[name]
    monkeypatch.setenv(variable(name), str(OTHERS[name]))
    assert getattr(read_settings([]), name) == OTHERS[name]
    unchanged = read_settings([]).model_dump(exclude={name})
    monkeypatch.delenv(variable(name))
    assert unchanged == read_settings([]).model_dump(exclude={name})


def test_flag_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_PORT", "7001")
    monkeypatch.setenv("SEEWHY_KIOSK", "1")
    settings = read_settings(["--port", "7002", "--no-kiosk"])
    assert (settings.port, settings.kiosk) == (7002, False)


def test_equals_sign_may_stand_between(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings(["--port=7002", "--keep-models=4"]).keep_models == 4


def test_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OTHERS:
        monkeypatch.setenv(variable(name), "")
    assert read_settings([]).port == 7860


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings([]).port = 1


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--port", "abc"),
        ("--port", "0"),
        ("--port", "65536"),
        ("--port", "80.5"),
        ("--model", "resnet9"),
        ("--device", "tpu"),
        ("--engine", "magic"),
        ("--language", "xx"),
        ("--threads", "-1"),
        ("--queue", "0"),
        ("--queue-each", "0"),
        ("--keep-models", "many"),
        ("--megabytes", "0"),
        ("--megapixels", "1e9"),
        ("--sweep-minutes", ""),
    ],
)
def test_invalid_value_is_refused_with_its_flag(
    flag: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if value:
        said = refused(capsys, f"{flag}={value}")
        assert said.startswith(f"{flag} can't be '{value}': ")
        assert said.endswith(".\n")
        assert said.count("\n") == 1
        monkeypatch.setenv(variable(flag.removeprefix("--").replace("-", "_")), value)
        assert refused(capsys) == said


def test_unknown_model_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "--model", "resnet9").endswith(f"known are {', '.join(built_in())}.\n")


def test_every_invalid_value_is_named_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    lines = refused(capsys, "--port", "x", "--queue", "0").splitlines()
    assert [line.split()[0] for line in lines] == ["--port", "--queue"]


@pytest.mark.parametrize(
    "arguments", [["--nope"], ["junk"], ["--threads"], ["--offline=maybe"], ["--port", "1", "2"], ["-x"], ["--", "a"]]
)
def test_arguments_that_nobody_knows_are_refused_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, *arguments)
    assert said.count("\n") == 1
    assert "--help" in said
    assert arguments[-1].split("=")[0].lstrip("-") in said


def test_junk_in_a_variable_of_yes_and_no_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEEWHY_OFFLINE", "perhaps")
    assert refused(capsys).startswith("--offline can't be 'perhaps': ")


def test_space_is_reached_from_outside_its_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/seewhy")
    assert read_settings([]).host == "0.0.0.0"
    assert read_settings(["--host", "127.0.0.1"]).host == "127.0.0.1"
    monkeypatch.setenv("SEEWHY_HOST", "10.0.0.1")
    assert read_settings([]).host == "10.0.0.1"


def test_space_has_no_limits_of_one_address_since_all_visitors_share_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/seewhy")
    settings = read_settings([])
    assert settings.queue_each >= settings.queue
    assert not settings.public
    assert refused(capsys, "--public") == (
        "--public can't be True: on a Space all visitors share one address, and would share its limits.\n"
    )


def test_space_may_be_framed_by_the_hub_and_nothing_else_may(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings([]).frames == ""
    monkeypatch.setenv("SPACE_ID", "someone/seewhy")
    assert read_settings([]).frames == "https://huggingface.co https://*.hf.space"


def test_gradios_own_variables_are_heard_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_NAME", "::1")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7999")
    assert (read_settings([]).host, read_settings([]).port) == ("::1", 7999)
    monkeypatch.setenv("SEEWHY_PORT", "7001")
    assert read_settings([]).port == 7001


def test_junk_in_gradios_variable_is_refused_like_any_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRADIO_SERVER_PORT", "junk")
    assert refused(capsys).startswith("--port can't be 'junk': ")


def test_help_lists_every_setting_with_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        read_settings(["--help"])
    assert caught.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    for name, field in Settings.model_fields.items():
        assert f"--{name.replace('_', '-')}" in shown
        assert str(field.description) in shown


def test_command_line_is_read_when_none_is_given() -> None:
    code = "from page.settings import read_settings; print(read_settings().port)"
    done = subprocess.run([sys.executable, "-c", code, "--port", "7003"], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("7003\n", "")
