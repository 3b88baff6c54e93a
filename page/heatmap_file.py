"""The picture with its map as a PNG file, for `/heatmap`."""

import io
import secrets
from pathlib import Path

import numpy as np
from gradio.utils import get_upload_folder
from PIL import Image

from explainer.explain import Explanation
from explainer.heatmap import blend
from page.doors.intake import MADE
from page.pictures.picture import Picture, base_jpeg


def write_heatmap(explanation: Explanation, picture: Picture, opacity: float) -> Path:
    """Blend an explanation's only map over the picture that the page shows, and write it where uploads are swept.

    Args:
        explanation: of the same picture, at one layer.
        picture: the decoded picture.
        opacity: 0..1.

    Returns:
        A PNG with a name that can't be guessed; only whoever asked for it learns the name.
    """
    # The page draws on the JPEG that it was sent, so the file starts from the same one: their colours then agree.
    base = np.asarray(Image.open(io.BytesIO(base_jpeg(picture))))
    seen = explanation.seen
    (layer,) = explanation.layers
    blended = blend(base, layer.grid, (seen.x, seen.y, seen.width, seen.height), opacity)
    folder = Path(get_upload_folder()) / MADE / secrets.token_urlsafe(16)
    folder.mkdir(parents=True)
    path = folder / f"{secrets.token_urlsafe(16)}.png"
    Image.fromarray(blended).save(path, compress_level=4)
    return path
