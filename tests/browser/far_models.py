"""The page with torchvision's models far away: `python far_models.py FOLDER …` starts it, with the rest as its flags.

A download is at 12 % until the folder has a file `go`; where it has a file `fail`, it fails then. What has come has
learned nothing.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from models.download import DownloadFailed, Progress
from models.lite import LITE0
from models.weights import Network, PipWeights, TorchvisionWeights, WeightsOffline

HERE: set[str] = set()
FOLDER = Path(sys.argv.pop(1))


def available(self: TorchvisionWeights) -> bool:
    return self.builder in HERE


def fetch(self: TorchvisionWeights, progress: Progress | None = None, offline: bool = False) -> None:
    if self.builder in HERE:
        return
    if offline:
        raise WeightsOffline(self.title)
    if progress:
        progress(12, 100)
    while not (FOLDER / "go").exists():
        time.sleep(0.05)
    if (FOLDER / "fail").exists():
        raise DownloadFailed(self.title, "status")
    HERE.add(self.builder)


def build(self: TorchvisionWeights) -> Network:
    return replace(PipWeights(self.title, LITE0).build(), module=self.untrained())


if __name__ == "__main__":
    TorchvisionWeights.available = available  # type: ignore[method-assign]
    TorchvisionWeights.fetch = fetch  # type: ignore[method-assign]
    TorchvisionWeights.build = build  # type: ignore[method-assign]
    from app import main

    main()
