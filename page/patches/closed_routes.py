"""Doors of Gradio that stay shut here, and that no setting of Gradio shuts."""

import os
import tempfile
from pathlib import Path

from gradio import processing_utils, routes
from gradio.exceptions import InvalidPathError
from gradio.route_utils import CustomCORSMiddleware
from gradio.utils import get_upload_folder
from starlette.datastructures import Headers

from page.doors.intake import NotUploaded
from page.refusal import spoken
from page.request import may_use
from page.words import Words

_check_allowed = processing_utils._check_allowed


def close_doors(words: Words) -> None:
    """Shut them for this process, before a page is built. May be called again."""

    # Any component that is handed an address would make the server fetch it.
    async def download(url: str, cache_dir: str) -> str:
        raise spoken(words.of(NotUploaded()))

    # Gradio checks paths before our own door does, and would answer without a word.
    def check_allowed(path: str | Path, check_in_upload_folder: bool) -> None:
        try:
            _check_allowed(path, check_in_upload_folder)
        except (InvalidPathError, ValueError, OSError) as error:
            raise spoken(words.of(NotUploaded())) from error
        if not may_use(Path(path)):
            raise spoken(words.of(NotUploaded()))

    # On any host but localhost, the page of any other site could read this one's answers.
    def is_valid_origin(self: CustomCORSMiddleware, request_headers: Headers) -> bool:
        return False

    processing_utils.async_ssrf_protected_download = download
    processing_utils._check_allowed = check_allowed
    CustomCORSMiddleware.is_valid_origin = is_valid_origin  # type: ignore[method-assign]

    # For two features that are shut here, Gradio makes a folder below that of the uploads, and ends where it can't.
    uploads = get_upload_folder()
    if os.path.isdir(uploads) and not os.access(uploads, os.W_OK):
        routes.DEFAULT_TEMP_DIR = tempfile.gettempdir()  # type: ignore[attr-defined]
