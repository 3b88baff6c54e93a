"""Whether there is room on the disk for another picture."""

import errno
import os
import shutil
from pathlib import Path

from models.problems import Problem

ROOM = 64 * 1024 * 1024  # bytes; with less on the disk, the next uploads would fail


class DiskFull(Problem):
    """There is no room for another upload."""

    key = "server.disk_full"


class ReadOnly(Problem):
    """The folder of uploads may not be written to."""

    key = "server.read_only"


KINDS: dict[int, type[Problem]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EROFS: ReadOnly,
    errno.EACCES: ReadOnly,
}


def trouble_of(folder: Path) -> Problem | None:
    """Why no upload can be written to a folder, which need not be there yet; None when one can."""
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    if not os.access(there, os.W_OK) or os.statvfs(there).f_flag & os.ST_RDONLY:
        return ReadOnly()
    return DiskFull() if shutil.disk_usage(there).free < ROOM else None


def problem_of(error: Exception) -> Problem | None:
    """The problem of the disk that a failure means; None where it means another one."""
    kind = KINDS.get(error.errno or 0) if isinstance(error, OSError) else None
    return kind() if kind else None
