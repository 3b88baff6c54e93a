"""torch comes with the first question about it, and is itself then."""

import subprocess
import sys
from pathlib import Path

import torch as real

from models.later import Tensor, nn, torch

ROOT = Path(__file__).parents[2]


def test_it_is_torch() -> None:
    assert torch.float32 is real.float32
    assert nn.Linear is real.nn.Linear
    assert isinstance(real.zeros(1), Tensor)
    assert not isinstance([0.0], Tensor)


def test_it_is_imported_with_the_first_question_only() -> None:
    code = """
import sys
from models.later import torch
assert "torch" not in sys.modules
assert torch.zeros(2).sum() == 0
assert "torch" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
