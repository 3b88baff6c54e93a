"""Graphs on disk, each with a digest, so that one that is cut, changed or of another model is never run."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import stat
import tempfile
import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from explainer.engines.own_weights import keep_apart
from explainer.engines.runtime import openvino
from models.classifier import Classifier

FORMAT = 3  # of the files and of the graph's inputs and outputs
GRAPH, WEIGHTS, SEAL = "graph.xml", "graph.bin", "seal.json"
HALF = ".new-"  # what a folder's name begins with until all of it is written
STALE = 3600  # seconds; no graph takes so long to write
MAKERS = ("torch", "openvino", "timm", "torchvision")


def graph_key(classifier: Classifier) -> str:
    """A name that changes with the model, its weights, its layers, and the packages that make the graph."""
    told = [FORMAT, classifier.fingerprint(), {name: _version(name) for name in MAKERS}]
    digest = hashlib.sha256(json.dumps(told).encode())
    return f"{classifier.spec.name}-{digest.hexdigest()[:32]}"


class GraphStore:
    """A folder with a folder for each graph. Only its owner may write there: a graph is a program."""

    def __init__(self, folder: Path) -> None:
        """Keep graphs in `folder`, which need not exist yet."""
        self.folder = folder

    def load(self, key: str) -> Any:
        """The `openvino.Model` of that key, None when there is no whole one. Raises ImportError without OpenVINO."""
        if not self._sound(key):
            return None
        return keep_apart(openvino().Core().read_model(str(self.folder / key / GRAPH)))

    def takes(self, size: int) -> bool:
        """Whether so many bytes can be written to the folder; a graph that can't be kept need not be built."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                return shutil.disk_usage(self.folder).free >= size
        except OSError:
            return False

    def save(self, key: str, graph: Any) -> None:
        """Put a graph in its place in one step, and delete those of the same model's other versions. Raises OSError."""

        def write(made: Path) -> dict[str, Any]:
            openvino().save_model(graph, str(made / GRAPH), compress_to_fp16=False)
            return {"files": {name: _digest(made / name) for name in (GRAPH, WEIGHTS)}}

        self._put(key, write)

    def refuse(self, key: str, reason: str) -> None:
        """Note why this model has no graph that is right here, so that it is not tried again until the model, a
        package or the processor is another. Raises OSError."""
        self._put(key, lambda made: {"refused": reason, "processor": processor()})

    def refused(self, key: str) -> str | None:
        """The reason with which `refuse` has been called for that key, on a processor of this kind; else None."""
        seal = self._seal(key)
        return str(seal["refused"]) if seal.get("refused") and seal.get("processor") == processor() else None

    def _put(self, key: str, write: Callable[[Path], dict[str, Any]]) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=HALF, dir=self.folder))
        try:
            (made / SEAL).write_text(json.dumps({"key": key, **write(made)}))
            self.discard(key)
            os.replace(made, self.folder / key)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        for other in self.folder.glob(f"{key.rpartition('-')[0]}-*"):
            if other.name != key:
                shutil.rmtree(other, ignore_errors=True)
        for half in self.folder.glob(f"{HALF}*"):  # of builders that were killed
            if time.time() - half.stat().st_mtime > STALE:
                shutil.rmtree(half, ignore_errors=True)

    def discard(self, key: str) -> None:
        """Delete a graph, or the note that there is none."""
        shutil.rmtree(self.folder / key, ignore_errors=True)

    def _sound(self, key: str) -> bool:
        place, files = self.folder / key, self._seal(key).get("files")
        try:
            return (
                isinstance(files, dict)
                and set(files) == {GRAPH, WEIGHTS}
                and all(_private(path) for path in (self.folder, place))
                and all(_digest(place / name) == digest for name, digest in files.items())
            )
        except OSError:
            return False

    def _seal(self, key: str) -> dict[str, Any]:
        try:
            seal = json.loads((self.folder / key / SEAL).read_text())
        except (OSError, ValueError):
            return {}
        return seal if isinstance(seal, dict) and seal.get("key") == key else {}


@cache
def processor() -> str:
    """This machine's kind of processor, as far as known: a graph may be right on one kind and wrong on another."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    kind = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{platform.machine()} {kind or platform.processor()}".strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _private(path: Path) -> bool:
    """Whether nobody but this user, or root, could have put something there. Windows has no such modes."""
    if not hasattr(os, "getuid"):
        return True
    found = path.stat()
    return found.st_uid in (0, os.getuid()) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
