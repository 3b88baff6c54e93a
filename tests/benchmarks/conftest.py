"""What the benchmarks' tests share."""

import pytest

from tests import graphs


@pytest.fixture(autouse=True)
def graph() -> None:
    """Servers that benchmarks start need not build what somebody builds already."""
    graphs.wait()
