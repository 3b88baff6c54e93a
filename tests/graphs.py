"""The bundled model's graph, which takes half a minute to build: once for all processes and runs of the same code."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from page.own_folder import own_folder

ROOT = Path(__file__).parents[1]

if TYPE_CHECKING:  # it loads torch, which takes seconds where no test runs
    from models.classifier import Classifier

BUNDLED = "efficientnet_lite0"  # the catalogue's DEFAULT, whose module would load torch where no test runs
MAKERS = (
    *(f"explainer/engines/{name}.py" for name in ("build", "decompositions", "graph_store", "halves", "joint_graph")),
    *("explainer/tape.py", "models/lite.py", "models/ways.py"),
)


def shared_cache() -> Path:
    """A folder for what this code builds. Another code has another folder, or its faults would not be seen."""
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in MAKERS)).hexdigest()
    return own_folder(f"seewhy-tests-{digest[:12]}")


def begin() -> subprocess.Popen[bytes]:
    """Build the graph in a process of its own, which keeps the lock until it ends."""
    with locked() as number:
        return subprocess.Popen(building(), cwd=ROOT, pass_fds=(number,))


def building() -> list[str]:
    """The command that builds it."""
    return [sys.executable, "-m", "explainer.engines.build", BUNDLED, str(cache())]


def wait() -> None:
    """Return when nobody builds it any more."""
    with locked():
        pass


def there() -> bool:
    """Whether it has been built."""
    return any(cache().glob(f"{BUNDLED}-*"))


def bundled_graph(classifier: "Classifier") -> Any:
    """The graph of the bundled model; whoever else builds it is waited for."""
    from explainer.engines.graph_store import GraphStore, graph_key

    graphs, key = GraphStore(cache()), graph_key(classifier)
    with locked():
        if graphs.load(key) is None:
            subprocess.run(building(), cwd=ROOT, check=True)
        return graphs.load(key)


def cache() -> Path:
    """Where servers of tests keep graphs; it need not be there yet."""
    folder = Path(os.environ["SEEWHY_CACHE"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def locked() -> Iterator[int]:
    """One process at a time builds. The lock is gone when all processes that were given the file are."""
    with (cache() / "building").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()
