"""The real app in a process of its own, the same as the benchmarks measure."""

from benchmarks.server import ROOT, Server, running

__all__ = ["ROOT", "Server", "running"]
