"""A file from the network, whole or not at all."""

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from models.problems import Problem

Progress = Callable[[int, int], None]
Reason = Literal["timeout", "refused", "status", "interrupted", "hash", "disk"]

CHUNK = 1 << 20
HASH = re.compile(r"-([a-f0-9]*)\.")  # in a name, as torch.hub has it


class DownloadFailed(Problem):
    """Weights could not be fetched. Values: title, reason ("timeout", "refused", "status", "interrupted", "hash" or
    "disk": too slow, no connection, an HTTP error, cut off on the way, not the expected file, can't be written).
    """

    key = "model.download"

    def __init__(self, title: str, reason: Reason) -> None:
        super().__init__(title=title, reason=reason)


@dataclass(frozen=True)
class Download:
    """One file to be fetched. `title` says whose it is; `timeout` bounds every wait, not the whole, in seconds."""

    title: str
    url: str
    destination: Path
    timeout: float

    def run(self, progress: Progress | None = None) -> None:
        """Fetch the file; `progress` hears of bytes done and in total (0 where unknown). Raises DownloadFailed.

        The destination appears in one step and only with the hash that its name carries, so that neither a visitor
        nor a second process ever finds half a file there.
        """
        partial = self.destination.with_name(f"{self.destination.name}.{uuid.uuid4().hex}.partial")
        try:
            partial.parent.mkdir(parents=True, exist_ok=True)
            try:
                digest = self._write(partial, progress or _ignore)
                if not _hash_fits(self.destination, digest):
                    raise DownloadFailed(self.title, "hash")
                partial.replace(self.destination)
            finally:
                partial.unlink(missing_ok=True)
        except (httpx.HTTPError, OSError) as error:
            raise DownloadFailed(self.title, _reason(error)) from error

    def _write(self, partial: Path, progress: Progress) -> str:
        """Stream the body into `partial` and return its SHA-256."""
        digest = hashlib.sha256()
        done = 0
        with (
            httpx.stream("GET", self.url, timeout=self.timeout, follow_redirects=True) as response,
            partial.open("wb") as file,
        ):
            response.raise_for_status()
            total = int(response.headers.get("content-length", 0))
            for chunk in response.iter_bytes(CHUNK):
                file.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                progress(done, total)
        return digest.hexdigest()


def is_whole(path: Path) -> bool:
    """Say whether a file has the hash that its name carries, as in `resnet18-f37072fd.pth`."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return _hash_fits(path, digest.hexdigest())


def _hash_fits(path: Path, digest: str) -> bool:
    match = HASH.search(path.name)
    return match is not None and match[1] != "" and digest.startswith(match[1])


def _reason(error: Exception) -> Reason:
    match error:
        case httpx.TimeoutException():
            return "timeout"
        case httpx.ConnectError() | httpx.ProxyError():
            return "refused"
        case httpx.HTTPStatusError():
            return "status"
        case httpx.HTTPError():
            return "interrupted"
        case _:
            return "disk"


def _ignore(done: int, total: int) -> None:
    """The progress function where none is given."""
