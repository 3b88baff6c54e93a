"""The one door for pictures: only a file that was uploaded to this server just now is opened."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData, ImageData, ListFiles
from gradio.utils import get_upload_folder

from models.problems import Problem
from page.patches import stubs
from page.pictures.picture import Limits, Picture
from page.pictures.together import Given, Opening, decode_one, given
from page.refusal import Refuse
from page.request import may_use

MADE = "made"  # what the server made itself lies below this folder, where the door does not lead


class NotUploaded(Problem):
    """The request names something else than a file that was uploaded: a path, an address, or a file swept since."""

    key = "picture.not_uploaded"


@dataclass(frozen=True, eq=False)
class Upload:
    """An uploaded file, decoded: the picture, where the file lies, and how long decoding took."""

    picture: Picture
    path: Path
    milliseconds: float


with stubs.unwritten():

    class PictureInput(gr.Image):
        """Gradio's picture component with a decoder of our own.

        Gradio's own decoding trusts any path that a client names without `meta`, takes `data:` addresses past the size
        limit and opens pictures of any size. Here a request is checked and decoded in `preprocess`, which Gradio calls
        for the page and for the API alike.
        """

        def __init__(self, limits: Limits, refuse: Refuse, **options: object) -> None:
            """Pass `limits` to the decoder, wrap problems with `refuse`, and hand `options` to gr.Image."""
            self.limits = limits
            self.refuse = refuse
            super().__init__(type="filepath", **options)  # type: ignore[arg-type]

        def get_block_name(self) -> str:
            """The browser draws it as Gradio's own image component."""
            return "image"

        def get_config(self, cls: type | None = None) -> dict[str, Any]:
            """What the browser is told: Gradio reads it off the constructor's parameters, so off gr.Image's."""
            return super().get_config(gr.Image)

        def preprocess(self, payload: ImageData | None) -> Upload | None:  # type: ignore[override]
            """An uploaded file -> a decoded picture. Raises gr.Error with one sentence for everything else."""
            if payload is None:
                return None
            with self.refuse:
                path = uploaded(payload)
                began = time.perf_counter()
                picture = decode_one(path, self.limits)
            return Upload(picture, path, 1000 * (time.perf_counter() - began))

        def postprocess(self, value: object) -> ImageData | None:
            """An upload that came through this door -> the same file, so that the page can name it again."""
            return ImageData(path=str(value.path)) if isinstance(value, Upload) else None

    class PicturesInput(gr.File):
        """Gradio's component for several files, with the same door; its own would leave an empty file for each."""

        def __init__(self, limits: Limits, **options: object) -> None:
            """Pass `limits` to the decoder, and hand `options` to gr.File."""
            self.limits = limits
            super().__init__(file_count="multiple", **options)  # type: ignore[arg-type]

        def get_block_name(self) -> str:
            """The browser takes it for Gradio's own."""
            return "file"

        def get_config(self, cls: type | None = None) -> dict[str, Any]:
            """As for `PictureInput`."""
            return super().get_config(gr.File)

        def preprocess(self, payload: ListFiles | FileData | None) -> list[Opening] | None:  # type: ignore[override]
            """Uploaded files -> functions that decode one each, and raise what `open_uploaded` raises."""
            if payload is None:
                return None
            files = payload if isinstance(payload, ListFiles) else [payload]
            return [opening_of(file, self.limits) for file in files]

    class FileInput(gr.File):
        """Gradio's component for a file, with the same door: it gives the file's bytes, whatever these are."""

        def __init__(self, refuse: Refuse, **options: object) -> None:
            """Wrap problems with `refuse`, and hand `options` to gr.File."""
            self.refuse = refuse
            super().__init__(**options)  # type: ignore[arg-type]

        def get_block_name(self) -> str:
            """The browser takes it for Gradio's own."""
            return "file"

        def get_config(self, cls: type | None = None) -> dict[str, Any]:
            """As for `PictureInput`."""
            return super().get_config(gr.File)

        def preprocess(self, payload: ListFiles | FileData | None) -> bytes | None:
            """An uploaded file -> its bytes. Raises gr.Error with one sentence for everything else."""
            if payload is None or isinstance(payload, ListFiles):
                return None
            with self.refuse:
                return uploaded(payload).read_bytes()


def opening_of(payload: ImageData | FileData, limits: Limits) -> Opening:
    """What decodes an uploaded file, and raises only when it is called."""
    try:
        return given(uploaded(payload), limits)
    except Problem as problem:
        return refusing(problem)
    except OSError:  # swept in this moment
        return refusing(NotUploaded())


def refusing(problem: Problem) -> Given:
    """An opening that raises."""

    def refuse() -> Picture:
        raise problem

    return Given(id(problem), 0, refuse)


def uploaded(payload: ImageData | FileData) -> Path:
    """The path of an uploaded file. Raises NotUploaded when the payload names anything else."""
    if not payload.path or (payload.url and payload.url.startswith("data:")):
        raise NotUploaded
    path = its_own(payload.path)
    try:
        there = path.is_file()
    except OSError as error:
        raise NotUploaded from error
    if not there:
        raise NotUploaded
    return path


def its_own(name: str) -> Path:
    """The path of an upload that the request may use, whether or not it is still there. Raises NotUploaded for another
    visitor's, and as `among_uploads`."""
    path = among_uploads(name)
    if not may_use(path):
        raise NotUploaded
    return path


def among_uploads(name: str) -> Path:
    """A path where uploads lie. Raises NotUploaded for a path elsewhere, an address, and what no file can be called."""
    folder = Path(os.path.realpath(get_upload_folder()))
    try:
        path = Path(os.path.realpath(name))
        here = folder in path.parents and path.relative_to(folder).parts[0] != MADE
    except (OSError, ValueError) as error:
        raise NotUploaded from error
    if not here:
        raise NotUploaded
    return path
