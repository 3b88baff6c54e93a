"""What the figures were measured on is named as the system names it."""

import os
import subprocess

import torch

from benchmarks.machine import ROOT, this_machine


def test_machine_is_this_one() -> None:
    machine = this_machine(2, ("torch", "no-such-package"))
    assert machine.packages == {"torch": torch.__version__.partition("+")[0]} or machine.packages["torch"]
    assert "no-such-package" not in machine.packages
    assert machine.processor
    assert 1 <= machine.cores <= (os.cpu_count() or 1)
    assert machine.threads == 2
    assert machine.memory > 0.5


def test_threads_follow_the_cores_when_none_are_asked_for() -> None:
    machine = this_machine()
    assert machine.threads == machine.cores


def test_commit_is_the_one_checked_out() -> None:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    assert this_machine().commit.split()[0] == (done.stdout.strip() or "unknown")


def test_sentences_name_processor_threads_versions_and_date() -> None:
    machine = this_machine(3)
    text = " ".join(machine.sentences())
    assert all(part in text for part in (machine.processor, "3 threads", machine.python, machine.date, machine.commit))
