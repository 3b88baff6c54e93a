"""Which other kind of file somebody gave, and what to do about it."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from models.own.inert import Named, Record


class Kind(NamedTuple):
    """A kind of file that can't become a classifier here: what it is, and what to do."""

    name: str
    advice: str


ONNX = Kind("an ONNX file, a graph without its module", "Give the weights of the torch network that it was made from.")
TORCHSCRIPT = Kind(
    "a TorchScript program", "Save the weights at home, torch.save(network.state_dict(), …), and give that file."
)
EXPORTED = Kind("a program of torch.export", TORCHSCRIPT.advice)
KERAS = Kind(
    "a Keras or TensorFlow file", "The page runs torch networks: docs/own-model.md says what Keras users can do."
)
TFLITE = Kind("a TensorFlow Lite file", KERAS.advice)
NUMPY = Kind("a file of NumPy arrays", "Save the weights with torch or safetensors, under the names of the network.")
GGUF = Kind("a GGUF file of a language model", "The page explains classifiers of pictures.")
OLDEST = Kind("a file of a torch older than 0.2", "Load it once with that torch, and save its state_dict again.")
PACKED = Kind("a packed archive", "Unpack it, and give the file of weights inside.")

_STARTS = (
    (b"\x89HDF\r\n\x1a\n", KERAS),
    (b"GGUF", GGUF),
    (b"\x93NUMPY", NUMPY),
    (b"\x1f\x8b", PACKED),
    (b"7z\xbc\xaf", PACKED),
)
_ENDINGS = {".onnx": ONNX, ".h5": KERAS, ".keras": KERAS, ".hdf5": KERAS, ".tflite": TFLITE, ".pb": KERAS}


def kind_of(name: str, start: bytes) -> Kind | None:
    """Tell a kind by how a file begins (its first 512 bytes) and how its name ends; None for a possible network."""
    for magic, kind in _STARTS:
        if start.startswith(magic):
            return kind
    if start[4:8] == b"TFL3":
        return TFLITE
    if start[257:262] == b"ustar":
        return OLDEST if b"storages" in start[:100] or b"pickle" in start[:100] else PACKED
    return _ENDINGS.get(PurePosixPath(name).suffix.lower())


def kind_by_members(names: Sequence[str]) -> Kind | None:
    """Tell a kind by the files in an archive or a folder; None for a possible network."""
    last = {PurePosixPath(name).name for name in names}
    if "constants.pkl" in last:
        return TORCHSCRIPT
    if "archive_format" in last or any(name.endswith("models/model.json") for name in names):
        return EXPORTED
    if "saved_model.pb" in last or "model.weights.h5" in last or "keras_metadata.pb" in last:
        return KERAS
    if names and all(name.endswith(".npy") for name in names):
        return NUMPY
    return None


def kind_of_pickle(value: object) -> Kind:
    """Tell what a pickle that is not torch's holds."""
    match value:
        case Record():
            made = value.kind
        case Named():
            made = str(value)
        case _:
            made = type(value).__name__
    return Kind(f"a pickle of {made[:60]!r}, not a file of torch's", "Give the file that torch.save has written.")


DETECTOR = Kind("a detector, which finds boxes", "The page explains classifiers, which name a whole picture.")
SEGMENTER = Kind("a network that paints or changes pictures", "The page explains classifiers, which name a picture.")
LANGUAGE = Kind("a language model", "The page explains classifiers of pictures.")
_PARTS = (
    (re.compile(r"(^|\.)(rpn|roi_heads|anchors?|bbox_\w+|query_embed|dfl|cv2\.\d+\.\d+|box_head)\."), DETECTOR),
    (re.compile(r"(^|\.)(lm_head|wte|embed_tokens|word_embeddings)\."), LANGUAGE),
    (re.compile(r"(^|\.)(generator|netG|gen|decoder|up\d*|upconv\w*|to_rgb|shuf|deconv\w*)\."), SEGMENTER),
)


def kind_by_weights(names: Sequence[str]) -> Kind | None:
    """Tell another kind of network by the names of its weights; None for what may be a classifier."""
    return next((kind for pattern, kind in _PARTS if any(pattern.search(name) for name in names)), None)
