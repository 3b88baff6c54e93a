import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from models import device
from models.device import DeviceMissing, choose_device, cpu_threads


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(16)), raising=False)


def has(monkeypatch: pytest.MonkeyPatch, *devices: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in devices)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in devices)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("devices", "chosen"), [(("cuda", "mps"), "cuda"), (("mps",), "mps"), (("cuda",), "cuda"), ((), "cpu")]
)
def test_cuda_goes_before_mps_and_mps_before_the_cpu(
    devices: tuple[str, ...], chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    has(monkeypatch, *devices)
    assert choose_device("auto") == torch.device(chosen)


def test_the_cpu_can_be_forced_beside_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, "cuda")
    assert choose_device("cpu") == torch.device("cpu")


def test_a_forced_device_that_is_absent_is_refused() -> None:
    with pytest.raises(DeviceMissing) as caught:
        choose_device("cuda")
    assert caught.value.values == {"device": "cuda"}


def test_without_a_cgroup_every_allowed_core_counts(tmp_path: Path) -> None:
    assert cpu_threads(tmp_path / "none", tmp_path) == 16


def test_without_affinity_the_machines_cores_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert cpu_threads(tmp_path / "none", tmp_path) == 6


@pytest.mark.parametrize(
    ("limit", "threads"),
    [
        ("200000 100000", 2),
        ("250000 100000", 2),
        ("50000 100000", 1),
        ("max 100000", 16),
        ("6400000 100000", 16),
        ("what", 16),
    ],
)
def test_the_quota_of_a_v2_cgroup_is_kept(tmp_path: Path, limit: str, threads: int) -> None:
    write(tmp_path / "self", "0::/a/b\n")
    write(tmp_path / "fs/a/b/cpu.max", f"{limit}\n")
    assert cpu_threads(tmp_path / "self", tmp_path / "fs") == threads


def test_a_tighter_quota_above_counts(tmp_path: Path) -> None:
    write(tmp_path / "self", "0::/a/b\n")
    write(tmp_path / "fs/a/b/cpu.max", "800000 100000")
    write(tmp_path / "fs/a/cpu.max", "300000 100000")
    assert cpu_threads(tmp_path / "self", tmp_path / "fs") == 3


def test_in_a_container_the_quota_at_the_root_counts_though_the_path_is_the_hosts(tmp_path: Path) -> None:
    write(tmp_path / "self", "0::/../docker/123\n")
    write(tmp_path / "fs/cpu.max", "400000 100000")
    assert cpu_threads(tmp_path / "self", tmp_path / "fs") == 4


@pytest.mark.parametrize("mount", ["cpu", "cpu,cpuacct"])
def test_the_quota_of_a_v1_cgroup_is_kept(tmp_path: Path, mount: str) -> None:
    write(tmp_path / "self", "3:memory:/x\n2:cpu,cpuacct:/docker/123\n")
    write(tmp_path / "fs" / mount / "cpu.cfs_quota_us", "150000")
    write(tmp_path / "fs" / mount / "cpu.cfs_period_us", "50000")
    assert cpu_threads(tmp_path / "self", tmp_path / "fs") == 3


def test_a_v1_cgroup_without_a_limit_is_none(tmp_path: Path) -> None:
    write(tmp_path / "self", "2:cpu:/\n")
    write(tmp_path / "fs/cpu/cpu.cfs_quota_us", "-1")
    write(tmp_path / "fs/cpu/cpu.cfs_period_us", "100000")
    assert cpu_threads(tmp_path / "self", tmp_path / "fs") == 16


def test_this_machine_has_at_least_one_thread() -> None:
    assert cpu_threads() >= 1


def test_keep_little_memory_is_harmless_wherever_the_c_library_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other:
        """A C library without glibc's mallopt."""

    monkeypatch.setattr(device.ctypes, "CDLL", lambda name: Other())
    device.keep_little_memory()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own arenas")
def test_keep_little_memory_keeps_threads_from_opening_arenas_of_their_own() -> None:
    count = """
import sys, threading
from models.device import keep_little_memory
if "few" in sys.argv:
    keep_little_memory()
def work():
    kept = [bytearray(1000) for _ in range(2000)]
    barrier.wait()
    barrier.wait()
barrier = threading.Barrier(9)
for _ in range(8):
    threading.Thread(target=work).start()
barrier.wait()
# An arena's heap is reserved at a multiple of 64 MB, and only its beginning can be written.
starts = [int(line.split("-")[0], 16) for line in open("/proc/self/maps") if " rw-p 00000000 00:00 0" in line]
print(sum(start % (64 << 20) == 0 for start in starts))
barrier.wait()
"""
    few, many = (
        int(subprocess.run([sys.executable, "-c", count, word], capture_output=True, text=True, check=True).stdout)
        for word in ("few", "many")
    )
    assert few <= 2
    assert few < many


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own heap")
def test_large_blocks_lie_outside_of_the_heap_for_the_second_time_as_well() -> None:
    """Freed, they go back to the system, whatever lies beside them."""
    place = """
import ctypes, sys
from models.device import keep_little_memory
if "little" in sys.argv:
    keep_little_memory()
size = 7_680_000  # of the largest prepared picture
first = bytearray(size)
del first
second = bytearray(size)
(heap,) = (line.split()[0] for line in open("/proc/self/maps") if line.endswith("[heap]\\n"))
begin, end = (int(side, 16) for side in heap.split("-"))
print(begin <= ctypes.addressof(ctypes.c_char.from_buffer(second)) < end)
"""
    inside = [
        subprocess.run([sys.executable, "-c", place, word], capture_output=True, text=True, check=True).stdout.strip()
        for word in ("little", "as it comes")
    ]
    assert inside == ["False", "True"]
