"""The page's scripts without a browser: Deno, which is there for the tests alone, runs and checks them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CALL = Path(__file__).parent / "shared" / "call.js"
# Nothing is fetched, asked or coloured: what the scripts need lies in this folder.
QUIET = {"DENO_NO_UPDATE_CHECK": "1", "DENO_NO_PROMPT": "1", "NO_COLOR": "1"}


def run(tool: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """One of the tools of the virtual environment, in the project's folder."""
    return subprocess.run(
        [Path(sys.executable).with_name(tool), *arguments],
        cwd=ROOT,
        env=os.environ | QUIET,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def scripts(*folders: str) -> list[Path]:
    """All scripts in these folders, or in the page's and the tests'."""
    return sorted(path for folder in folders or ("page", "tests") for path in (ROOT / folder).rglob("*.js"))


def call(*calls: tuple[Any, ...]) -> list[Any]:
    """What functions of page/shared give, each called by its name with the values after it; values travel as JSON."""
    done = run("deno", "run", "--no-check", "--no-remote", "--no-npm", str(CALL), given=json.dumps(calls))
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers
