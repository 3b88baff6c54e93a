"""Which processor the models run on, and how many threads of it."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
from pathlib import Path
from typing import Literal

from models.later import torch
from models.problems import Problem

Wanted = Literal["auto", "cuda", "mps", "cpu"]
CPU = "cpu"

PROCESS_CGROUP = Path("/proc/self/cgroup")
CGROUP_ROOT = Path("/sys/fs/cgroup")
GLIBC_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
GLIBC_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD, there as well
APART = 6 * 2**20  # bytes; the largest prepared picture has 7.7 million


class DeviceMissing(Problem):
    """A device was asked for that this machine doesn't have. Values: device."""

    key = "device.missing"

    def __init__(self, device: str) -> None:
        super().__init__(device=device)


def choose_device(wanted: Wanted = "auto") -> torch.device:
    """Return the wanted device; for "auto" the first of CUDA, MPS and CPU that is here. Raises DeviceMissing."""
    here = [name for name, is_here in _devices().items() if is_here]
    if wanted == "auto":
        return torch.device(here[0])
    if wanted not in here:
        raise DeviceMissing(wanted)
    return torch.device(wanted)


def _devices() -> dict[str, bool]:
    return {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}


def cpu_threads(process_cgroup: Path = PROCESS_CGROUP, root: Path = CGROUP_ROOT) -> int:
    """Return how many threads can really run at once: the cores this process may use, within its cgroup's quota.

    torch counts the machine's cores; in a container with a quota of two of 64 its threads would mostly wait.
    """
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min([cores, *(int(quota) for quota in _quotas(process_cgroup, root))]))


def _quotas(process_cgroup: Path, root: Path) -> list[float]:
    """Return the quotas, in cores, of the process's cgroup and of every one above it."""
    quotas = []
    for line in _read(process_cgroup).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            quotas += [_quota_v2(folder) for folder in _upward(root, path)]
        elif "cpu" in controllers.split(","):
            quotas += [_quota_v1(folder) for folder in _upward(root / controllers, path)]
            quotas += [_quota_v1(folder) for folder in _upward(root / "cpu", path)]
    return [quota for quota in quotas if quota is not None]


def _upward(root: Path, path: str) -> list[Path]:
    """Return the cgroup's folder and those above it up to `root`.

    A container often sees a path that only its host has; its own limits are then at the root.
    """
    parts = [part for part in path.split("/") if part not in ("", "..")]
    return [root.joinpath(*parts[:count]) for count in range(len(parts), -1, -1)]


def _quota_v2(folder: Path) -> float | None:
    quota, _, period = _read(folder / "cpu.max").partition(" ")
    return _cores(quota, period)


def _quota_v1(folder: Path) -> float | None:
    return _cores(_read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us"))


def _cores(quota: str, period: str) -> float | None:
    """Return quota / period; None where there is no limit, written "max" or -1 or not at all."""
    try:
        limit, length = int(quota), int(period)
    except ValueError:
        return None
    return limit / length if limit > 0 and length > 0 else None


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def keep_little_memory() -> None:
    """Let all threads share two memory arenas, and large blocks lie outside of them, where the C library is glibc.

    Each thread that decodes or explains would otherwise keep an arena of its own: after some hundred pictures that
    was seen to hold 130 MB more. And once a large block is freed, glibc takes the next ones of its size from an arena,
    where small ones come to lie behind them: a crowd's large pictures were seen to leave 100 MB more behind.
    """
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(GLIBC_ARENA_MAX, 2)
        library.mallopt(GLIBC_MMAP_THRESHOLD, APART)


def give_back_memory() -> None:
    """Hand memory that is free back to the system, where the C library is glibc, which keeps it for itself otherwise:
    after ten answers of 20 MB it was seen to hold 250 MB."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether torch says so of a device without memory. For MPS it has no class of its own."""
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error)


def free_memory() -> None:
    """Free the memory of tensors that are not used any more, on GPUs as well."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
