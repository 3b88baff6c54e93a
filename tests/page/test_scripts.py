"""The page's scripts: their form, their faults, their types, and the unit tests in their own language."""

import json
from pathlib import Path

from tests.page.scripts import ROOT, run, scripts

LONGEST_LINE = 120
PURE = ("grids.js", "numbers.js", "placing.js", "thread.js")  # of the experiments: what needs no document


def test_they_have_the_form_that_the_formatter_gives_them() -> None:
    done = run("oxfmt", "--check", "**/*.js")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_line_is_longer_than_those_of_the_python_files() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in scripts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_they_are_free_of_faults() -> None:
    done = run("oxlint", "--deny-warnings")
    assert done.returncode == 0, done.stdout + done.stderr


def test_their_types_agree() -> None:
    done = run("deno", "check", "--no-remote", "--no-npm", *map(str, scripts()))
    assert done.returncode == 0, done.stderr


def test_functions_for_others_name_every_type(tmp_path: Path) -> None:
    config = json.loads((ROOT / "deno.json").read_text(encoding="utf-8"))
    config["compilerOptions"] |= {"noImplicitAny": True, "types": [str(ROOT / "page" / "types.d.ts")]}
    strict = tmp_path / "deno.json"
    strict.write_text(json.dumps(config), encoding="utf-8")
    files = [*scripts("page/shared"), *(ROOT / "page" / "experiments" / name for name in PURE)]
    done = run("deno", "check", "--no-remote", "--no-npm", "--config", str(strict), *map(str, files))
    assert done.returncode == 0, done.stderr


def test_units() -> None:
    """The tests beside this file whose names end with `.test.js`, in Deno, which knows node's `test` and `assert`."""
    files = [str(path) for path in scripts("tests") if path.name.endswith(".test.js")]
    done = run("deno", "test", "--no-check", "--no-remote", "--no-npm", *files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"from ./{Path(files[-1]).relative_to(ROOT)}" in done.stdout
