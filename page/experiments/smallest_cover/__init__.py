"""The smallest cover that changes its mind, as the test that covers a part offers it."""

from page.experiments.smallest_cover.smallest_cover import SmallestCoverUp

__all__ = ["SmallestCoverUp"]
