"""A folder for temporary files that only this user can use."""

import os
import stat
import tempfile
from pathlib import Path

CLOSED = 0o077  # for `os.umask`: what this process makes is for its own user
PRIVATE = 0o700


def own_folder(name: str, around: Path | None = None) -> Path:
    """The folder `NAME-UID` of this user, made where it is not there; in the folder for temporary files by default.

    Where somebody else has put something in its place, a link above all, it is left alone, and a new folder with an
    unforeseeable name is the answer. Raises OSError where none can be made.
    """
    folder = (around or Path(tempfile.gettempdir())) / f"{name}-{os.getuid()}"
    try:
        folder.mkdir(mode=PRIVATE)
    except FileExistsError:
        if not _is_ours(folder):
            return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder.parent))
        folder.chmod(PRIVATE)
    return folder


def _is_ours(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
