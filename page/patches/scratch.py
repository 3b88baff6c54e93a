"""A folder that Gradio makes at the start, for two features that are shut here."""

import os
import tempfile

from gradio import routes
from gradio.utils import get_upload_folder

from page.patches.facts import Has, Uses
from page.patches.patch import Patch


def make_elsewhere() -> None:
    """Let it lie with the system's temporary files where the folder of uploads may not be written to."""
    uploads = get_upload_folder()
    if os.path.isdir(uploads) and not os.access(uploads, os.W_OK):
        routes.DEFAULT_TEMP_DIR = tempfile.gettempdir()  # type: ignore[attr-defined]


PATCHES = (
    Patch(
        "the folder for screen films",
        "Gradio makes it below the folder of uploads and ends with a traceback where it can't; the page starts, and "
        "/healthz and each visitor are told in a sentence that nothing can be stored.",
        "gradio/routes.py",
        (Has("gradio.routes", ("DEFAULT_TEMP_DIR",)), Uses("gradio.routes:App.create_app", ("DEFAULT_TEMP_DIR",))),
        make_elsewhere,
    ),
)
