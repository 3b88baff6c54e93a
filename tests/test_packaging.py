"""The lists of packages and the image that is made from them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from types import MappingProxyType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from models.catalogue import built_in
from models.weights import PipWeights

ROOT = Path(__file__).parents[1]
LISTS = ["requirements.txt", "requirements-cluster.txt", "requirements-dev.txt"]
EXACT = ["constraints.txt", "constraints-torch.txt", "constraints-cluster.txt", "constraints-dev.txt"]
SCRIPTS = [
    "scripts/run",
    "scripts/test",
    "scripts/setup.sh",
    "scripts/packages",
    "scripts/cluster",
    "scripts/lock",
    "scripts/image-test",
    ".ci/run",
]
APPLICATION = ["app.py", "explainer", "models", "page"]


def entries(name: str) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [Requirement(line) for line in lines if line]


def locked(name: str) -> Iterator[tuple[Requirement, list[str]]]:
    """The entries of an exact list, with their hashes."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if not line.startswith("#"):
            wanted, *hashes = line.split(" --hash=")
            yield Requirement(wanted), [each.strip() for each in hashes]


def pins(*names: str) -> dict[str, str]:
    """What is to be installed on this machine, by these lists or all of them."""
    pinned = {}
    for name in names or EXACT:
        for entry, _ in locked(name):
            (pin,) = entry.specifier
            assert pin.operator == "==", entry
            if not entry.marker or entry.marker.evaluate():
                pinned[canonicalize_name(entry.name)] = pin.version
    return pinned


@pytest.mark.parametrize("name", EXACT)
def test_every_file_is_known_by_its_hash(name: str) -> None:
    for entry, hashes in locked(name):
        assert hashes, entry
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), entry


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize(("platform", "system"), [("linux", "Linux"), ("darwin", "Darwin")])
def test_exact_lists_hold_all_that_is_needed_on_every_python(python: str, platform: str, system: str) -> None:
    there = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": platform}
    there |= {"platform_system": system, "platform_machine": "x86_64" if system == "Linux" else "arm64"}
    listed = {
        canonicalize_name(entry.name)
        for name in EXACT
        for entry, _ in locked(name)
        if not entry.marker or entry.marker.evaluate(there)
    }
    assert needed([entry for name in LISTS for entry in entries(name)], there) - listed == set()


def test_page_needs_nothing_of_the_list_for_tests() -> None:
    assert needed(entries("requirements.txt")) & pins("constraints-dev.txt").keys() == set()


def test_a_space_installs_the_versions_that_were_tested() -> None:
    for entry in entries("requirements.txt"):
        version = pins()[canonicalize_name(entry.name)]
        # What a platform chooses is the newest that is allowed.
        assert {str(each) for each in entry.specifier} & {f"=={version}", f"<={version}"}, entry


@pytest.mark.parametrize("entry", [entry for name in LISTS for entry in entries(name)], ids=str)
def test_every_direct_requirement_has_a_pin_within_its_range(entry: Requirement) -> None:
    assert entry.specifier, "a range says which versions are thought to work"
    assert entry.specifier.contains(pins()[canonicalize_name(entry.name)])


def test_what_is_installed_is_the_exact_set() -> None:
    # A build for one kind of machine (2.14.1+cpu) is the same version, and brings nothing for another kind.
    installed = {canonicalize_name(each.name): Version(each.version).public for each in metadata.distributions()}
    plain = [name for name in EXACT if name != "constraints-torch.txt"]
    expected = pins(*plain) if Version(metadata.version("torch")).local else pins()
    expected |= {name: pins()[name] for name in ("torch", "torchvision")}
    assert {name: installed.get(name) for name in expected} == expected


def test_installed_packages_agree_with_each_other() -> None:
    check = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout


def test_one_package_brings_cv2() -> None:
    assert set(metadata.packages_distributions()["cv2"]) == {"opencv-python-headless"}


def needed(roots: list[Requirement], there: Mapping[str, str] = MappingProxyType({})) -> set[str]:
    """The packages that these requirements bring, on this machine or `there`, as far as packages that are here tell."""
    found: set[str] = set()
    pending = list(roots)
    while pending:
        entry = pending.pop()
        extras = ["", *entry.extras]
        found.add(canonicalize_name(entry.name))
        for line in known(entry.name):
            further = Requirement(line)
            places = [{**there, "extra": extra} for extra in extras]
            wanted = further.marker is None or any(map(further.marker.evaluate, places))
            if wanted and canonicalize_name(further.name) not in found:
                pending.append(further)
    return found


def known(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # it is for another Python
        return []


def application() -> Iterator[Path]:
    for name in APPLICATION:
        yield from [ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py")


def imports(path: Path) -> set[str]:
    """Top-level names that a file imports, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_the_application_imports_nothing_that_only_the_tests_install() -> None:
    brought = needed(entries("requirements.txt"))
    owners = metadata.packages_distributions()
    for path in application():
        for name in imports(path) & owners.keys() - {"setuptools"}:
            assert brought & {canonicalize_name(owner) for owner in owners[name]}, f"{path} imports {name}"


def test_gradio_is_the_version_that_the_readme_promises_to_a_space() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("no README.md yet")
    promised = re.search(r"^sdk_version:\s*[\"']?([\d.]+)", readme.read_text(), re.MULTILINE)
    assert promised, "README.md has no sdk_version"
    assert f"gradio=={promised[1]}" in (ROOT / "requirements.txt").read_text().splitlines()


@pytest.mark.parametrize("name", [*SCRIPTS, *LISTS, *EXACT, "Dockerfile", ".dockerignore"])
def test_where_packages_come_from_is_the_machines_own_choice(name: str) -> None:
    text = (ROOT / name).read_text()
    assert all(each.startswith("http://127.0.0.1:") for each in re.findall(r"\w+://[^/'\"\s]*", text))
    assert not re.search(r"^\s*(-i|-f|--\S*index\S*|--find-links)\b", text, re.MULTILINE)


# --- the image ------------------------------------------------------------------------------------------------


def instructions(name: str) -> list[str]:
    dockerfile = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return re.findall(rf"^{name}\s+(.*)$", dockerfile, re.MULTILINE)


def test_the_dockerfile_is_lint_clean() -> None:
    lint = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_the_images_below_ours_are_named_by_their_digests() -> None:
    named = r"[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}"
    (base,) = (line.partition("PYTHON_IMAGE=")[2] for line in instructions("ARG") if "PYTHON_IMAGE" in line)
    compose = (ROOT / "compose.yaml").read_text()
    chosen = dict(re.findall(r"\$\{(\w+_IMAGE):-(.*?)\}", compose))
    assert re.fullmatch(named, base)
    assert re.fullmatch(named, chosen["NGINX_IMAGE"])
    assert chosen["PYTHON_IMAGE"] == base
    assert compose.count("image: ") == 2, "one is ours, the other is nginx"


def test_the_image_holds_every_folder_that_the_page_imports() -> None:
    copied = {word.strip("/") for line in instructions("COPY") for word in line.split()[:-1]}
    needed = {"app.py"}
    pending = [ROOT / "app.py"]
    while pending:
        for name in imports(pending.pop()) - needed:
            folder = ROOT / name
            if (folder / "__init__.py").exists():
                needed.add(name)
                pending.extend(folder.rglob("*.py"))
    assert needed | {"pyproject.toml"} <= copied, "the page reads its version there"
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert not needed & {line.strip("/") for line in ignored}
    assert {".git", ".venv", "tests", "**/__pycache__"} <= set(ignored)


def test_the_image_runs_without_root_and_starts_the_page_itself() -> None:
    stages = instructions("FROM")
    assert [each.rpartition(" AS ")[2] for each in stages] == ["bare", "page", "computing", "replica", "alone"]
    assert instructions("USER") == ["1000"] * 3
    replica = '["python", "-m", "cluster", "--host", "0.0.0.0"]'
    assert instructions("CMD") == ['["python", "app.py"]', replica, '["python", "app.py"]']
    page, alone = instructions("HEALTHCHECK")
    assert page == alone
    assert "/healthz" in page


def test_the_page_in_front_of_a_cluster_is_an_image_without_torch() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    stage = dockerfile[dockerfile.index("AS page") : dockerfile.index("AS computing")]
    assert "packages python page" in stage
    assert "constraints-torch" not in dockerfile[: dockerfile.index("AS computing")]
    assert pins("constraints.txt").keys().isdisjoint({"torch", "torchvision", "ray"})


def test_the_weights_come_before_the_page_in_the_image() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert dockerfile.index("models fetch") < dockerfile.index("COPY page/", dockerfile.index("AS computing"))


def test_the_image_has_a_graph_of_each_model_that_needs_no_network() -> None:
    bundled = [name for name, spec in built_in().items() if isinstance(spec.source, PipWeights)]
    (line,) = (line for line in instructions("RUN") if "explainer.engines.build" in line)
    assert re.findall(r"explainer\.engines\.build (\w+) /opt/graphs", line) == bundled
