"""All patches in one table: what bends them, and which of them no longer fit the packages that are installed."""

from collections.abc import Sequence

from models.problems import Problem
from page.patches import downloads, page, printing, queue, resting, scratch, selectors, server, sessions, stubs
from page.patches.installed import Installed
from page.patches.patch import Patch

PARTS = (page, downloads, queue, sessions, server, scratch, printing, stubs, selectors, resting)
PATCHES: tuple[Patch, ...] = tuple(patch for part in PARTS for patch in part.PATCHES)


class Misfit(Problem):
    """A package that is installed is not as the page bends it. Values: package, version, name, fact."""

    key = "server.misfit"
    letters = 200


def check(installed: Installed | None = None, patches: Sequence[Patch] = PATCHES) -> None:
    """Raise Misfit for the first patch that does not fit."""
    installed = installed or Installed()
    for patch in patches:
        for fact in patch.misfits(installed)[:1]:
            package = patch.package.capitalize()
            raise Misfit(package=package, version=installed.version(patch.package), name=patch.name, fact=fact)


def apply() -> None:
    """Bend what is to be bent, for this process. May be called again."""
    for patch in PATCHES:
        if patch.apply:
            patch.apply()
