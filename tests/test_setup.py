"""scripts/run and scripts/test, on machines of all sorts."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = ["scripts/run", "scripts/test", "scripts/setup.sh", "scripts/packages", "scripts/cluster", ".ci/run"]
LISTS = ["constraints.txt", "constraints-torch.txt", "constraints-cluster.txt", "constraints-dev.txt"]
# The tools a script may count on wherever there is a bash.
TOOLS = ["bash", "cat", "cksum", "dirname", "env", "grep", "mkdir", "readlink", "rm", "tail"]

# A Python that is real but for what the machine of the test lacks.
PYTHON_BUT = """#!/bin/sh
if [ "$1" = -c ]; then shift; code=$1; shift; exec {python} -c "import sys; {but}
$code" "$@"; fi
exec {python} "$@"
"""
# Python's own way installs pip anew each time, which takes seconds.
VENV = """#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then {python} -m venv --without-pip "$3" && exec {cp} -r "{pip}/." "$3/{packages}"; fi
"""
PACKAGES = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
FREE = "import shutil, types; shutil.disk_usage = lambda path: types.SimpleNamespace(free={free})"
APP = "import os, sys\nprint(os.getcwd(), sys.prefix, sys.argv[1:], sep='\\n')\n"


class Machine:
    """A copy of the project with tiny lists, in a folder with a space, on a PATH that holds only what is given."""

    def __init__(self, folder: Path, pip: Path) -> None:
        self._pip = pip
        self.root = folder / "see why"
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        for tool in [*TOOLS, "flock"]:
            if place := shutil.which(tool):
                (self.bin / tool).symlink_to(place)
        (self.root / "scripts").mkdir(parents=True)
        for name in ["scripts/run", "scripts/test", "scripts/setup.sh", "scripts/packages"]:
            shutil.copy(ROOT / name, self.root / name)
        for name in LISTS:
            (self.root / name).write_text("# nothing: no network is needed\n")
        (self.root / "app.py").write_text(APP)

    def command(self, name: str, text: str) -> None:
        (self.bin / name).unlink(missing_ok=True)
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def with_python(self, free: float = 1000, quick: bool = True) -> "Machine":
        """A Python, and a disk with so many GB free; where not `quick`, it installs pip in its own way, in seconds."""
        python = PYTHON_BUT.format(python=base_python(), but=FREE.format(free=round(free * 1000) * 10**6))
        venv = VENV.format(python=base_python(), cp=shutil.which("cp"), pip=self._pip, packages=PACKAGES)
        self.command("python3", venv + python if quick else python)
        return self

    def start(self, *command: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.Popen(
            command,
            env=environment | {"PATH": str(self.bin)},
            cwd=cwd,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        process = self.start(*command, cwd=cwd)
        out, err = process.communicate(timeout=240)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def page(self, *flags: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return self.run(str(self.root / "scripts/run"), *flags, cwd=cwd)

    def call(self, function: str) -> subprocess.CompletedProcess[str]:
        return self.run("bash", "-euo", "pipefail", "-c", f'. "$0/scripts/setup.sh"; {function}', str(self.root))


def base_python() -> str:
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")


def sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The one line that a refusal says."""
    assert result.returncode != 0
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("SeeWhy: ")
    assert lines[0].endswith(".")
    return lines[0]


@pytest.fixture(autouse=True)
def no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have chosen a build of torch, and no cache."""
    for name in ("TORCH_INDEX", "PIP_NO_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of a new environment."""
    made = tmp_path_factory.mktemp("environment")
    subprocess.run([base_python(), "-m", "venv", str(made)], check=True)
    return made / PACKAGES


@pytest.fixture
def machine(tmp_path: Path, pip: Path) -> Machine:
    return Machine(tmp_path, pip)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, pip: Path) -> Machine:
    """One finished set-up that several tests look at; each leaves it finished."""
    machine = Machine(tmp_path_factory.mktemp("machine"), pip).with_python(quick=False)
    first = machine.page()
    assert first.returncode == 0, first.stderr
    assert len(first.stderr.splitlines()) == 1, "one line says what takes so long"
    return machine.with_python()


# --- machines that lack something -----------------------------------------------------------------------------


def test_without_python_one_sentence_says_what_to_install(machine: Machine) -> None:
    assert "Python 3.11 or newer" in sentence(machine.page())
    assert not (machine.root / ".venv").exists()


def test_a_python_that_is_too_old_counts_as_none(machine: Machine) -> None:
    machine.command("python3", PYTHON_BUT.format(python=base_python(), but="sys.version_info = (3, 9, 2)"))
    assert "Python 3.11 or newer" in sentence(machine.call("find_python"))


def test_a_version_managers_stand_in_is_passed_over_for_the_real_python(machine: Machine) -> None:
    machine.command("python3", "#!/bin/sh\necho not installed >&2\nexit 127\n")
    machine.command("python3.11", f'#!/bin/sh\nexec "{base_python()}" "$@"\n')
    assert machine.call("find_python").stdout == f"{machine.bin}/python3.11\n"


def test_where_its_own_environment_is_activated_it_is_made_anew_by_the_python_behind_it(machine: Machine) -> None:
    assert machine.with_python().page().returncode == 0
    (machine.root / ".venv/.ready-run").unlink()
    activated = f"{machine.root}/.venv/bin:{machine.bin}"
    again = machine.run("env", f"PATH={activated}", str(machine.root / "scripts/run"))
    assert again.returncode == 0, again.stderr
    assert again.stdout.splitlines()[1] == str(machine.root / ".venv")


def test_its_own_environment_alone_counts_as_no_python(machine: Machine) -> None:
    assert machine.with_python().page().returncode == 0
    (machine.bin / "python3").unlink()
    found = machine.call('PATH="$venv/bin:$PATH"; find_python')
    assert "Python 3.11 or newer" in sentence(found)


@pytest.fixture
def bare(machine: Machine) -> Machine:
    """Debian without python3-venv, where the caller has no rights."""
    machine.command("python3", PYTHON_BUT.format(python=base_python(), but="sys.modules['ensurepip'] = None"))
    machine.command("id", "#!/bin/sh\necho 1000\n")
    return machine


def test_without_venv_and_without_apt_the_package_is_named(bare: Machine) -> None:
    assert re.search(r"python3\.\d+-venv is missing.*no apt-get", sentence(bare.call("make_venv run")))


def test_without_the_right_to_install_the_command_for_someone_who_has_it_is_given(bare: Machine) -> None:
    bare.command("apt-get", '#!/bin/sh\ntouch "$0.was.called"\n')
    bare.command("sudo", "#!/bin/sh\necho a password is required >&2\nexit 1\n")
    assert re.search(r"run 'sudo apt-get install python3\.\d+-venv'", sentence(bare.call("make_venv run")))
    assert "sudo apt-get install chromium" in sentence(bare.call("need chromium /no/such/chromium"))
    assert not list(bare.bin.glob("*.called"))


@pytest.mark.parametrize("user", ["0", "1000"])
def test_a_missing_program_is_installed_by_root_or_through_sudo(machine: Machine, user: str) -> None:
    chromium = machine.bin / "chromium"
    machine.command("id", f"#!/bin/sh\necho {user}\n")
    machine.command("sudo", '#!/bin/sh\nshift\necho sudo "$@" >>"$0.log"\n[ "$1" = true ] || exec "$@"\n')
    (machine.bin / "true").symlink_to(shutil.which("true") or "")
    install = f'case "$*" in *install*chromium) ln -s "{shutil.which("true")}" "{chromium}" ;; esac'
    machine.command("apt-get", f'#!/bin/sh\nPATH=/usr/bin:/bin\necho "$1" >>"$0.log"\n{install}\n')

    done = machine.call(f'need chromium "{chromium}"')

    assert done.returncode == 0, done.stderr
    assert done.stderr == "SeeWhy: installing Debian's package chromium.\n"
    assert (machine.bin / "apt-get.log").read_text().split() == ["update", "install"]
    assert (machine.bin / "sudo.log").exists() == (user == "1000")
    assert machine.call(f'need chromium "{chromium}"').stderr == "", "nothing to say when it is there"


def test_a_failing_apt_shows_its_reason_and_one_sentence(machine: Machine) -> None:
    machine.command("id", "#!/bin/sh\necho 0\n")
    machine.command("apt-get", "#!/bin/sh\necho E: no such source >&2\nexit 100\n")
    failed = machine.call("need chromium /no/such/chromium")
    assert failed.returncode != 0
    assert "E: no such source" in failed.stderr
    assert "could not be installed" in failed.stderr.splitlines()[-1]


def test_packages_that_cannot_be_installed_end_in_one_sentence_and_the_next_start_tries_again(
    machine: Machine,
) -> None:
    machine.with_python()
    (machine.root / "constraints.txt").write_text("./no-such-package.whl\n")
    failed = machine.page()
    assert failed.returncode != 0
    assert "could not be installed" in failed.stderr.splitlines()[-1]
    assert "Traceback" not in failed.stderr
    (machine.root / "constraints.txt").write_text("")
    assert machine.page().returncode == 0


def wheel(folder: Path, name: str, says: str = "") -> str:
    """A package of one module, and the hash of its file."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", f"SAYS = {says!r}\n")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def index(folder: Path, *names: str, says: str = "") -> str:
    """The address of an index on this machine that has these packages."""
    for name in names:
        (folder / name).mkdir(parents=True)
        wheel(folder / name, name, says)
        links = f'<a href="{name}-1.0-py3-none-any.whl">{name}-1.0-py3-none-any.whl</a>'
        (folder / name / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")
    return folder.as_uri()


def test_file_that_is_not_the_one_that_was_tested_is_not_installed(machine: Machine) -> None:
    digest = wheel(machine.root, "harmless")
    (machine.root / "constraints.txt").write_text(f"./harmless-1.0-py3-none-any.whl --hash=sha256:{digest}\n")
    machine.with_python()
    wheel(machine.root, "harmless", says="changed")
    failed = machine.run("bash", "-c", f'cd "{machine.root}" && scripts/run')
    assert "could not be installed" in failed.stderr.splitlines()[-1]
    assert "DO NOT MATCH THE HASHES" in failed.stderr
    wheel(machine.root, "harmless")
    (machine.root / "constraints.txt").write_text(
        f"./harmless-1.0-py3-none-any.whl --hash=sha256:{wheel(machine.root, 'harmless')}\n"
    )
    assert machine.run("bash", "-c", f'cd "{machine.root}" && scripts/run').returncode == 0


def test_with_an_index_of_its_own_torch_comes_from_there_and_nothing_else_does(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.with_python()
    builds = index(tmp_path / "builds", "torch", "torchvision", "other", says="the index of builds")
    everything = index(tmp_path / "everything", "torch", "torchvision", "other", says="the usual index")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", everything)
    monkeypatch.setenv("TORCH_INDEX", builds)
    digest = hashlib.sha256((tmp_path / "everything/other/other-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    (machine.root / "constraints.txt").write_text(f"other==1.0 --hash=sha256:{digest}\n")
    (machine.root / "constraints-torch.txt").write_text("torch==1.0 \\\n    --hash=sha256:0\ntorchvision==1.0 \\\n")
    (machine.root / "app.py").write_text("import other, torch, torchvision\nprint(other.SAYS, torch.SAYS, sep=', ')\n")
    page = machine.page()
    assert page.stdout == "the usual index, the index of builds\n", page.stderr

    monkeypatch.delenv("TORCH_INDEX")
    again = machine.page()
    assert (again.stdout, again.stderr) == (page.stdout, ""), "it was chosen when .venv was made"

    (machine.root / "constraints.txt").write_text(f"# changed\nother==1.0 --hash=sha256:{digest}\n")
    renewed = machine.page()
    assert renewed.stdout == page.stdout, renewed.stderr

    others = index(tmp_path / "others", "torch", "torchvision", says="another index of builds")
    monkeypatch.setenv("TORCH_INDEX", others)
    other = machine.page()
    assert other.stdout == "the usual index, another index of builds\n", other.stderr


# --- the disk -------------------------------------------------------------------------------------------------


def needs(machine: Machine, kind: str, build: str) -> float:
    """What a set-up says that it takes, in GB."""
    found = machine.call(f"megabytes {kind} {build}")
    assert found.returncode == 0, found.stderr
    return sum(int(part) for part in found.stdout.split()) / 1000


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a build of torch for NVIDIA's cards")


@linux_only
@pytest.mark.parametrize("kind", ["run", "test"])
def test_too_small_a_disk_is_refused_before_anything_is_there_and_the_smaller_set_up_is_named(
    machine: Machine, kind: str
) -> None:
    needed, small = needs(machine, kind, "cards"), needs(machine, kind, "plain")
    machine.with_python(free=needed - 0.1)
    said = sentence(machine.call(f"set_up {kind}"))
    assert f"takes {needed} GB on the disk of {machine.root}, and {needed - 0.1:.1f} GB are free" in said
    assert f"set TORCH_INDEX as README.md says: without NVIDIA's libraries it takes {small} GB" in said
    assert not (machine.root / ".venv").exists()

    machine.with_python(free=needed)
    assert machine.call(f"TORCH_INDEX=; need_room {kind} python3").returncode == 0


def test_with_an_index_of_its_own_less_is_needed_and_nothing_smaller_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_INDEX", "file:///nowhere")
    needed = needs(machine, "run", "plain")
    machine.with_python(free=needed - 0.1)
    takes = f"takes {needed} GB on the disk of {machine.root}"
    assert sentence(machine.page()).endswith(f"{takes}, and {needed - 0.1:.1f} GB are free; make room.")
    machine.with_python(free=needed)
    assert machine.call("need_room run python3").returncode == 0


def test_what_an_unfinished_environment_holds_counts_as_free(machine: Machine) -> None:
    """It is deleted before the disk is looked at."""
    machine.command(
        "python3",
        PYTHON_BUT.format(
            python=base_python(),
            but=f"import os, shutil, types; there = os.path.exists('{machine.root}/.venv/half'); "
            "shutil.disk_usage = lambda path: types.SimpleNamespace(free=0 if there else 10**12)",
        ),
    )
    (machine.root / ".venv").mkdir()
    (machine.root / ".venv/half").touch()
    assert machine.page().returncode == 0


def test_pip_keeps_a_second_copy_only_where_there_is_room(machine: Machine) -> None:
    stays, comes = (int(part) / 1000 for part in machine.call("megabytes run plain").stdout.split())
    for free, kept in [(stays + 1.5 * comes, "no"), (stays + 2 * comes, "yes")]:
        asked = (
            'TORCH_INDEX=file:///nowhere; need_room run python3; [ "${PIP_NO_CACHE_DIR-}" = 1 ] && echo no || echo yes'
        )
        assert machine.with_python(free=free).call(asked).stdout == f"{kept}\n"


def test_what_is_downloaded_lies_beside_what_is_installed_and_goes(machine: Machine) -> None:
    """A folder for temporary files is often a small piece of the memory."""
    (machine.root / "scripts/packages").write_text('#!/bin/sh\ntest -d "$TMPDIR" && echo "$TMPDIR"\n')
    assert machine.with_python().page().stdout.splitlines()[0] == f"{machine.root}/.venv/tmp"
    assert not (machine.root / ".venv/tmp").exists()


def test_readme_says_what_both_set_ups_take(machine: Machine) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for build in ("cards", "plain"):
        stays, comes = (int(part) / 1000 for part in machine.call(f"megabytes run {build}").stdout.split())
        assert f"{stays:.1f} GB" in readme
        assert f"{stays + comes:.1f} GB" in readme


# --- a finished set-up ----------------------------------------------------------------------------------------


def test_the_page_gets_the_flags_and_the_callers_folder(ready: Machine, tmp_path: Path) -> None:
    page = ready.page("--port", "80 81", cwd=tmp_path)
    assert page.stdout.splitlines() == [str(tmp_path), str(ready.root / ".venv"), "['--port', '80 81']"]


def test_nothing_is_said_or_done_when_nothing_changed(ready: Machine) -> None:
    stamp = ready.root / ".venv/.ready-run"
    before = stamp.stat().st_mtime_ns
    assert ready.page().stderr == ""
    assert stamp.stat().st_mtime_ns == before


def test_it_works_through_a_link_to_the_script(ready: Machine, tmp_path: Path) -> None:
    link = tmp_path / "seewhy"
    link.symlink_to(ready.root / "scripts/run")
    assert ready.run(str(link)).stdout.splitlines()[1] == str(ready.root / ".venv")


def test_a_changed_list_is_installed_into_the_same_environment(ready: Machine) -> None:
    kept = ready.root / ".venv/kept"
    kept.touch()
    (ready.root / "constraints.txt").write_text("# changed\n")
    assert len(ready.page().stderr.splitlines()) == 1
    assert kept.exists()
    assert ready.page().stderr == ""


def test_the_tests_set_up_serves_the_page_as_well(ready: Machine) -> None:
    assert ready.call("ready test").returncode != 0
    assert ready.call("set_up test").returncode == 0
    assert ready.call("ready test && ready run").returncode == 0


@pytest.mark.parametrize(
    "damage",
    [
        'rm "$venv"/.ready-*',  # an install that was cut short
        'rm "$python"',  # the Python it was made with is gone
        'rm -r "$venv"; mkdir "$venv"; : >"$venv/.ready-run"',  # cut short at the very start
    ],
)
def test_an_unfinished_environment_is_made_anew(ready: Machine, damage: str) -> None:
    leftover = ready.root / ".venv/leftover"
    leftover.touch()
    assert ready.call(damage).returncode == 0
    again = ready.page()
    assert again.returncode == 0, again.stderr
    assert not leftover.exists()


def test_a_moved_folder_is_set_up_anew_also_by_two_at_once(ready: Machine, tmp_path: Path) -> None:
    ready.root = ready.root.rename(tmp_path / "moved house")
    command = str(ready.root / "scripts/run")
    both = [ready.start(command), ready.start(command)]
    for process in both:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
        assert out.splitlines()[1] == str(ready.root / ".venv")


# --- scripts/test and .ci/run ---------------------------------------------------------------------------------


@pytest.fixture
def checked(machine: Machine) -> Machine:
    """A machine that counts as set up, whose Python writes down what it is asked to run."""
    (machine.root / ".venv/bin").mkdir(parents=True)
    python = machine.root / ".venv/bin/python"
    python.write_text(
        '#!/bin/sh\nif [ "$1" = -I ]; then echo here; exit; fi\n'
        f'shift; echo "$@" >>"{machine.root}/asked"\nif [ "$1" = "$FAILING" ]; then exit 7; fi\n'
    )
    python.chmod(0o755)
    assert machine.call("stamp test").returncode == 0
    return machine


def test_style_and_types_come_before_the_tests_and_arguments_go_to_pytest(checked: Machine) -> None:
    result = checked.run(str(checked.root / "scripts/test"), "-k", "a b")
    assert result.returncode == 0, result.stderr
    assert (checked.root / "asked").read_text().splitlines() == [
        "ruff check",
        "ruff format --check",
        "mypy",
        "pytest -n 4 --dist loadfile --no-loadscope-reorder -k a b",
    ]


@pytest.mark.parametrize("failing", ["ruff", "mypy", "pytest"])
def test_the_exit_code_is_that_of_the_check_that_failed(
    checked: Machine, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    monkeypatch.setenv("FAILING", failing)
    assert checked.run(str(checked.root / "scripts/test")).returncode == 7
    assert (checked.root / "asked").read_text().splitlines()[-1].startswith(failing)


def test_ci_does_what_the_test_command_does_and_nothing_else(tmp_path: Path) -> None:
    for name in [".ci/run", "scripts/test"]:
        (tmp_path / name).parent.mkdir()
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "scripts/test").write_text("#!/bin/sh\necho $# arguments\nexit 3\n")
    result = subprocess.run([tmp_path / ".ci/run"], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr, result.returncode) == ("0 arguments\n", "", 3)
    commands = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")]
    assert len(commands) == 1


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_valid_bash_and_can_be_started(script: str) -> None:
    subprocess.run(["bash", "-n", ROOT / script], check=True)
    assert os.access(ROOT / script, os.X_OK) == (script != "scripts/setup.sh")
