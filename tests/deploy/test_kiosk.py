"""The kiosk of deploy/: what its installer writes and takes away, units that systemd takes, a policy that holds."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from page.settings import read_settings

ROOT = Path(__file__).parents[2]
KIOSK = ROOT / "deploy" / "kiosk"
CHROMIUM = "/usr/bin/chromium"
POLICY = "etc/chromium/policies/managed/seewhy.json"
UPGRADES = "etc/apt/apt.conf.d/52seewhy"
REBOOT_KEYS = "etc/systemd/system/ctrl-alt-del.target"


def install(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([KIOSK / "install.sh", *arguments], capture_output=True, text=True, timeout=60)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    done = install("--root", str(tmp_path), "--port", "7999")
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_it_says_all_that_it_writes_and_undoes_it_but_for_the_choices(tmp_path: Path) -> None:
    done = install("--root", str(tmp_path))
    written = files(tmp_path)
    units = {f"etc/systemd/system/{path.name}" for path in KIOSK.glob("seewhy*")}
    assert written == {*units, POLICY, UPGRADES, "etc/seewhy/curator.toml"}
    assert (tmp_path / REBOOT_KEYS).readlink() == Path("/dev/null"), "what systemd takes for: never"
    for name in {*written, REBOOT_KEYS}:
        assert Path(name).name in done.stdout
    (tmp_path / "etc/seewhy/curator.toml").write_text("mine")
    install("--root", str(tmp_path))
    assert (tmp_path / "etc/seewhy/curator.toml").read_text() == "mine", "a second time keeps what was chosen"
    assert install("--undo", "--root", str(tmp_path)).returncode == 0
    assert files(tmp_path) == {"etc/seewhy/curator.toml"}
    assert not (tmp_path / REBOOT_KEYS).is_symlink()
    assert install("--undo", "--root", str(tmp_path)).returncode == 0, "undone twice is undone"


@pytest.mark.parametrize("arguments", [("--port", "80"), ("--port", "x"), ("--port", "70000"), ("--everything",)])
def test_what_it_does_not_take_is_told_and_changes_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = install("--root", str(tmp_path), *arguments)
    assert done.returncode == 2
    assert done.stdout + done.stderr
    assert files(tmp_path) == set()


MOUNTS = pytest.mark.skipif(
    sys.platform != "linux"
    or os.geteuid() != 0
    or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0,
    reason="needs root, and a place of its own to mount",
)

# All of this computer as it is, in which every change is thrown away; then each file that a command left different.
THROWN_AWAY = r"""
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/changed" "$1/work" "$1/all"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/changed,workdir=$1/work" "$1/all"
for folder in dev proc; do mount --rbind "/$folder" "$1/all/$folder"; done
chroot "$1/all" sh -ec "$2"
echo "--- changed ---"
cd "$1/changed"
find . ! -type d | while read -r file; do cmp -s "$file" "/$file" || echo "${file#./}"; done
"""

# A project of which only the installer is real, and commands that say what they are asked instead of doing it.
STAGE = r"""
umask 022
mkdir -p /opt/seewhy/scripts /opt/seewhy/docs /opt/seewhy/.venv/bin /opt/seewhy-said
cp -r {root}/deploy /opt/seewhy
cp {root}/docs/curator.toml /opt/seewhy/docs
touch /opt/seewhy/app.py
ln -s /bin/true /opt/seewhy/.venv/bin/python
ln -s /bin/true /opt/seewhy/scripts/run
for name in apt-get systemctl curl; do
    printf '#!/bin/sh\necho "$0 $*" >>/opt/seewhy-said/log\n' >/opt/seewhy-said/$name
done
# What the packages would bring.
printf 'for group in video render input; do groupadd --system --force $group; done\n' >>/opt/seewhy-said/apt-get
chmod +x /opt/seewhy-said/*
PATH=/opt/seewhy-said:$PATH
install=/opt/seewhy/deploy/kiosk/install.sh
cd /
"""


def played(folder: Path, story: str) -> tuple[str, set[str]]:
    """What the commands of a story said, and the files that they left changed, in a copy of this computer."""
    command = ["unshare", "--mount", "sh", "-c", THROWN_AWAY, "sh", str(folder), STAGE.format(root=ROOT) + story]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    said, _, changed = done.stdout.partition("--- changed ---\n")
    return said, {path for path in changed.splitlines() if not path.startswith("opt/seewhy")}


@MOUNTS
def test_as_root_it_makes_a_kiosk_twice_and_undoes_all_of_it(tmp_path: Path) -> None:
    units = {f"etc/systemd/system/{path.name}" for path in KIOSK.glob("seewhy*")}
    own = {"etc/seewhy/curator.toml"}
    accounts = {
        f"etc/{name}{old}" for name in ("passwd", "shadow", "group", "gshadow", "subuid", "subgid") for old in ("", "-")
    }
    made, changed = played(
        tmp_path, '"$install" --yes; "$install" --yes; id -nG seewhy-screen; cat /opt/seewhy-said/log'
    )
    home = {path for path in changed if path.startswith("home/seewhy-screen/")}
    assert changed - accounts - home == {*units, POLICY, UPGRADES, REBOOT_KEYS, *own}
    assert made.count("The page runs") == 2
    assert {"video", "render", "input"} <= set(made.split())
    assert "systemctl enable seewhy.service seewhy-screen.service seewhy-alive.timer seewhy-night.timer\n" in made
    assert made.count("systemctl restart seewhy.service\n") == 2, "what runs may be older than what was installed"

    gone, changed = played(
        tmp_path,
        '"$install" --yes; "$install" --undo --yes; "$install" --undo --yes\n'
        "! id seewhy-screen; test ! -e /home/seewhy-screen; cat /opt/seewhy-said/log",
    )
    assert changed - accounts == own
    assert "systemctl disable --now seewhy.service" in gone
    assert re.search(r"systemctl stop user-\d+\.slice\n", gone), "or its session would keep the user from being removed"


@MOUNTS
def test_project_in_a_folder_that_only_root_may_enter_is_told_before_anything_is_written(tmp_path: Path) -> None:
    said, changed = played(tmp_path, 'chmod 700 /opt/seewhy; ! "$install" --yes 2>&1')
    assert "put the project where all may read it" in said
    assert not {path for path in changed if "seewhy" in path}


@MOUNTS
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("chown 1000 /opt/seewhy/app.py", "/opt/seewhy/app.py"),
        ("chmod g+w /opt/seewhy/scripts", "/opt/seewhy/scripts"),
        ("chown 1000 /opt", "/opt"),
        ("chmod o+w /opt", "/opt"),
    ],
)
def test_project_that_others_than_root_may_change_is_told_before_anything_is_written(
    tmp_path: Path, change: str, named: str
) -> None:
    said, changed = played(tmp_path, f'{change}; ! "$install" --yes 2>&1')
    assert f"Others than root may change {named}," in said
    assert not {path for path in changed if "etc/" in path}


@MOUNTS
def test_page_that_does_not_come_up_is_told(tmp_path: Path) -> None:
    said, _ = played(tmp_path, 'echo "exit 7" >>/opt/seewhy-said/curl; ! "$install" --yes 2>&1')
    assert "journalctl --unit seewhy" in said
    assert "The page runs" not in said


@pytest.mark.skipif(os.geteuid() != 0, reason="root is asked instead")
def test_it_asks_before_it_does_anything() -> None:
    done = subprocess.run([KIOSK / "install.sh"], input="n\n", capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Nothing was done" in done.stdout


def test_units_are_filled_and_start_the_page_with_flags_that_it_takes(installed: Path) -> None:
    units = {path.name: path.read_text() for path in (installed / "etc/systemd/system").iterdir()}
    assert not [name for name, text in units.items() if re.search(r"@[A-Z]+@", text)]
    (command,) = re.findall(r"^ExecStart=(.*)", units["seewhy.service"], re.MULTILINE)
    python, app, *flags = command.split()
    assert (python, app) == (f"{ROOT}/.venv/bin/python", f"{ROOT}/app.py")
    settings = read_settings(flags)
    assert (settings.kiosk, settings.offline, settings.port) == (True, True, 7999)
    for name in ("seewhy-screen.service", "seewhy-alive.service"):
        assert "http://127.0.0.1:7999/" in units[name]


@pytest.mark.parametrize("name", ["seewhy.service", "seewhy-screen.service"])
def test_no_picture_gets_onto_the_disk_and_no_other_account_reads_one(installed: Path, name: str) -> None:
    unit = (installed / "etc/systemd/system" / name).read_text()
    rules = {"LimitCORE=0", "MemorySwapMax=0", "RuntimeDirectoryMode=0700", "UMask=0077"}
    assert rules <= set(unit.splitlines())


def test_page_that_starts_slowly_is_not_started_again_and_again(installed: Path) -> None:
    """systemd is told when the page serves; until then nobody takes it for one that hangs."""
    page, alive = (
        (installed / "etc/systemd/system" / name).read_text() for name in ("seewhy.service", "seewhy-alive.service")
    )
    assert re.search("^Type=notify$", page, re.MULTILINE)
    assert re.search("^TimeoutStartSec=infinity$", page, re.MULTILINE)
    assert alive.index("ExecCondition=/bin/systemctl is-active --quiet seewhy.service") < alive.index("ExecStart=")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_takes_the_units(installed: Path) -> None:
    folder = installed / "etc/systemd/system"
    (installed / REBOOT_KEYS).unlink()  # no unit, but the word for none
    for path in folder.iterdir():
        # What it starts need not be on the machine that tests.
        text = re.sub(r"^(ExecStart=)(?!/bin/)\S+", r"\1/bin/true", path.read_text(), flags=re.MULTILINE)
        path.write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(map(str, folder.iterdir()))],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"},
    )
    # A machine without these runs no kiosk either.
    told = [line for line in done.stderr.splitlines() if "seewhy" in line]
    assert (done.returncode, told) == (0, []), done.stderr


ASKS = """<script>
const gets = (wish) => navigator.mediaDevices.getUserMedia(wish).then(() => true, () => false);
(async () => {
  const told = { camera: await gets({ video: true }), sound: await gets({ audio: true }) };
  await fetch("/told", { method: "POST", body: JSON.stringify(told) });
  location = OTHER + "/away";
})();
</script>"""


class Asked(BaseHTTPRequestHandler):
    """Serves a page that asks for the camera, and notes what it was told and what else was opened."""

    told: dict[str, object]
    other: str

    def do_GET(self) -> None:
        if self.path == "/away":
            self.told["away"] = True
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(ASKS.replace("OTHER", json.dumps(self.other)).encode() if self.path == "/" else b"away")

    def do_POST(self) -> None:
        self.told.update(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def pages() -> Iterator[tuple[str, str, dict[str, object]]]:
    """The addresses of two pages on this computer, and what the first was told."""
    told: dict[str, object] = {}
    handler = type("Handler", (Asked,), {"told": told})
    first, second = (ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2))
    addresses = [f"http://127.0.0.1:{server.server_port}" for server in (first, second)]
    handler.other = addresses[1]  # type: ignore[attr-defined]
    for server in (first, second):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield addresses[0], addresses[1], told
    for server in (first, second):
        server.shutdown()


def hidden(policies: Path) -> list[str]:
    """A command that runs another one with these policies in the place of this computer's, for it alone."""
    return ["unshare", "--mount", "sh", "-c", f'mount --bind {policies} /etc/chromium && exec "$@"', "sh"]


@MOUNTS
@pytest.mark.skipif(
    not Path("/etc/chromium").is_dir() or not Path(CHROMIUM).exists(),
    reason="policies are in a folder of Chromium's",
)
@pytest.mark.parametrize("with_policy", [True, False])
def test_chromium_gives_the_camera_to_this_page_and_opens_no_other(
    tmp_path: Path, pages: tuple[str, str, dict[str, object]], with_policy: bool
) -> None:
    url, _, told = pages
    root = tmp_path / "root"
    install("--root", str(root), "--port", url.rpartition(":")[2])
    if not with_policy:
        (root / POLICY).unlink()
    command = [
        *hidden(root / "etc" / "chromium"),
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--incognito",
    ]
    command += ["--use-fake-device-for-media-stream", f"--user-data-dir={tmp_path}/profile", url]
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    waited = threading.Event()
    for _ in range(200):
        if "camera" in told and (with_policy or "away" in told):
            break
        waited.wait(0.1)
    waited.wait(1)
    browser.terminate()
    browser.wait(timeout=60)
    assert told == (
        {"camera": True, "sound": False} if with_policy else {"camera": False, "sound": False, "away": True}
    )


# Run in a process of its own, so that its event loop is nobody else's.
GOES = """
import sys
from playwright.sync_api import Error, sync_playwright

with sync_playwright() as playwright:
    browser = playwright.chromium.launch_persistent_context(
        "", executable_path=sys.argv[1], args=["--no-sandbox", "--disable-gpu", "--incognito"]
    )
    (page,) = browser.pages

    def shown(address):
        try:
            page.goto(address)
        except Error:  # blocked, or interrupted by the page that says so, or by what the last address still does
            return False
        return True

    for address in sys.argv[2:]:
        seen = shown(address) or (page.wait_for_timeout(2000), shown(address))[1]
        print("shown" if seen else "blocked", address)
    browser.close()
"""
ADDRESSES = ["file:///etc/os-release", "view-source:{url}", "chrome://version/", "chrome://flags/"]


@MOUNTS
@pytest.mark.skipif(
    not Path("/etc/chromium").is_dir() or not Path(CHROMIUM).exists(),
    reason="policies are in a folder of Chromium's",
)
@pytest.mark.parametrize("with_policy", [True, False])
def test_chromium_shows_no_file_and_no_page_of_its_own(
    tmp_path: Path, pages: tuple[str, str, dict[str, object]], with_policy: bool
) -> None:
    url, other, _ = pages
    root = tmp_path / "root"
    install("--root", str(root), "--port", url.rpartition(":")[2])
    # But for this one, by which the test looks.
    policy = json.loads((root / POLICY).read_text())
    del policy["DeveloperToolsAvailability"]
    (root / POLICY).write_text(json.dumps(policy if with_policy else {}))
    chromium = tmp_path / "chromium"
    chromium.write_text(f'#!/bin/sh\nexec {shlex.join(hidden(root / "etc" / "chromium"))} {CHROMIUM} "$@"\n')
    chromium.chmod(0o755)
    asked = [f"{url}/away", f"{other}/", *(each.format(url=url) for each in ADDRESSES)]
    done = subprocess.run(
        [sys.executable, "-c", GOES, str(chromium), *asked], capture_output=True, text=True, timeout=240
    )
    said = dict(reversed(line.rsplit(" ", 1)) for line in done.stdout.splitlines())
    assert said == {each: "shown" if not with_policy or each == asked[0] else "blocked" for each in asked}, done.stderr
