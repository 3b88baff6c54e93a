"""Where the models work: in this process, or elsewhere."""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

from models.problems import Problem

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Away(Problem):
    """Nobody can be reached where the models work."""

    key = "cluster.away"


class OtherVersion(Problem):
    """A page and what it asks are of different versions. Values: page, replicas."""

    key = "cluster.version"


class Place(Protocol):
    """Runs functions of the models where these are. There are three: `Here`, `page.gpu.BorrowedGpu` and
    `cluster.place.InCluster`.

    `lent` says whether it is somebody else's, who counts the seconds: then nothing is asked there for its own sake.
    """

    @property
    def lent(self) -> bool:
        """See above."""
        ...

    def bring(
        self,
        name: str,
        function: Callable[Parameters, Result],
        *,
        asks_only: bool = False,
        lasting: bool = False,
    ) -> Callable[Parameters, Result]:
        """The function as it is to be called. To be done before the page is served.

        Args:
            name: its own, by which it is known there.
            function: what it gives and takes travels as a copy where the models are elsewhere.
            asks_only: it computes nothing that another function that was brought does not compute.
            lasting: the same values give the same for as long as the page runs.
        """
        ...


class Here:
    """In this process: nothing travels."""

    lent = False

    def bring(
        self,
        name: str,
        function: Callable[Parameters, Result],
        *,
        asks_only: bool = False,
        lasting: bool = False,
    ) -> Callable[Parameters, Result]:
        """As `Place.bring`: the function itself."""
        return function
