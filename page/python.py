"""Which versions of Python are safe on a public page: in older ones a small request can take much time."""

from collections.abc import Mapping, Sequence

SAFE: Mapping[tuple[int, int], int] = {(3, 11): 10, (3, 12): 6}  # the lowest of each; all later ones are
LOWEST = " or ".join(f"{major}.{minor}.{micro}" for (major, minor), micro in SAFE.items())


def safe(version: Sequence[int]) -> bool:
    """Whether a version, as `sys.version_info` begins, is one of these."""
    major, minor, micro = version[:3]
    return micro >= SAFE.get((major, minor), 0)
