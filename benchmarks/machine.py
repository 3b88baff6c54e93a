"""What the figures were measured on."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from models.device import cpu_threads

ROOT = Path(__file__).parent.parent
PACKAGES = ("torch", "torchvision", "timm", "openvino", "numpy", "pillow", "opencv-python-headless", "gradio")
PEERS = ("grad-cam", "captum", "torchcam")


@dataclass(frozen=True)
class Machine:
    """A machine and the software on it; `memory` is in GB, `cores` is what this process may use."""

    processor: str
    cores: int
    memory: float
    threads: int
    python: str
    packages: dict[str, str]
    date: str
    commit: str

    def sentences(self) -> list[str]:
        """The same for people, one line each."""
        versions = ", ".join(f"{name} {number}" for name, number in self.packages.items())
        return [
            f"{self.processor}, {self.cores} cores, {self.memory:.0f} GB of memory; {self.threads} threads.",
            f"Python {self.python}; {versions}.",
            f"Measured on {self.date} at commit {self.commit}.",
        ]


def this_machine(threads: int = 0, packages: Sequence[str] = (*PACKAGES, *PEERS)) -> Machine:
    """Describe this machine for a run with `threads` threads, 0 for as many as there are cores."""
    cores = cpu_threads()
    return Machine(
        processor=_processor(),
        cores=cores,
        memory=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        threads=threads or cores,
        python=platform.python_version(),
        packages={name: found for name in packages if (found := _version(name))},
        date=datetime.now(UTC).date().isoformat(),
        commit=_commit(),
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    """The commit that is checked out, marked when files differ from it."""
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        others = ["--", ".", ":!benchmarks/results", ":!docs/benchmarks.md"]
        changed = _git("status", "--porcelain", "--untracked-files=no", *others)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit} with changes" if changed else commit


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
