"""Whatever breaks around the page, visitors get a sentence, /healthz says so, and nothing of a picture stays."""

from pathlib import Path

import pytest

from benchmarks import faults
from benchmarks.faults import FAULTS


@pytest.mark.parametrize("name", FAULTS)
def test_fault_gives_no_reason_to_complain(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # How quickly a server ends depends on what else this machine does: the benchmark tells.
    monkeypatch.setattr(faults, "ENDS_WITHIN", 60.0)
    complaints = FAULTS[name](tmp_path, 1)
    if complaints is None:
        pytest.skip("this user may not make a mount namespace")
    assert complaints == []
