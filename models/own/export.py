"""What fast.ai's `learn.export()` tells beside the weights: the architecture, the classes, how pictures are cut."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from models.own.inert import Named, Record, walk
from models.own.weights import Weight

LEARNER = "fastai.learner.Learner"
_SOME = 100_000  # class names at most


@dataclass(frozen=True)
class Told:
    """What a file says of its network; None or nothing where it doesn't.

    `size` is the side of the square in pixels, `method` fast.ai's word for how a picture gets into it, `mean` and `std`
    three numbers each, `share` is the square's part of the picture's short side, 0..1, and `interpolation` one of
    `models.own.entry.RESAMPLING`. `several` says that it gives any number of answers at a time.
    """

    architecture: str | None = None
    classes: tuple[str, ...] = ()
    size: int | None = None
    method: str | None = None
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    share: float | None = None
    interpolation: str | None = None
    several: bool = False


def told(value: object) -> Told:
    """Look for it in what a file holds: in a Learner's records, or among a checkpoint's plain values."""
    if isinstance(value, Record) and value.kind == LEARNER:
        return _of_learner(value)
    return Told(classes=_of_checkpoint(value))


def _of_learner(learner: Record) -> Told:
    records = [each for each in walk(learner.attribute("dls")) if isinstance(each, Record)]
    kinds = {each.kind.rpartition(".")[2] for each in records}
    sized = [each for each in records if each.kind.startswith("fastai.vision.augment.") and _side(each)]
    resize = next((each for each in sized if each.kind.endswith(".Resize")), None)
    # Both at a time: Resize makes the batch's pictures equal, and an augmentation of the batch makes them small.
    last = next((each for each in reversed(sized) if not each.kind.endswith("Resize")), resize)
    normalise = next((each for each in records if each.kind == "fastai.data.transforms.Normalize"), None)
    return Told(
        architecture=_architecture(learner.attribute("arch")),
        classes=_vocab(records),
        size=_side(last) if last else None,
        method=str(resize.attribute("method")) if resize else None,
        mean=_three(normalise.attribute("mean")) if normalise else (0.0,) * 3,
        std=_three(normalise.attribute("std")) if normalise else (1.0,) * 3,
        several="MultiCategorize" in kinds or "OneHotEncode" in kinds,
    )


def _architecture(arch: object) -> str | None:
    match arch:
        case str():
            return f"fastai/timm/{arch.partition('.')[0]}"
        case Named(module=module, name=name) if module.startswith("torchvision."):
            return f"fastai/torchvision/{name}"
        case Named(module=module, name=name) if module.startswith("timm."):
            return f"fastai/timm/{name}"
        case _:
            return None


def _vocab(records: list[Record]) -> tuple[str, ...]:
    vocab = next((each for each in records if each.kind.endswith(".CategoryMap")), None)
    return tuple(map(_plain, _members(vocab)))[:_SOME] if vocab else ()


def _plain(name: object) -> str:
    """A class name as a text: a number, or True of "is it a cat?", is one, too."""
    return str(name) if isinstance(name, str | int | float | bool) else "unknown"


def _members(value: object) -> list[Any]:
    """The members of one of fast.ai's lists, which hold each other."""
    while isinstance(value, Record):
        value = value.items or value.attribute("items") or (value.arguments[0] if value.arguments else ())
    return list(value) if isinstance(value, list | tuple) else []


def _side(record: Record) -> int | None:
    """The size that a transform makes pictures of: its shorter side; None for one that leaves them as large."""
    size = record.attribute("size")
    sizes = [each for each in _members(size) if type(each) is int] if not isinstance(size, int) else [size]
    return min(sizes) if sizes and min(sizes) > 0 else None


def _three(value: object) -> tuple[float, ...]:
    if not isinstance(value, Weight) or value.shape not in ((3,), (1, 3, 1, 1)):
        return ()
    tensor: Tensor = value.read()
    return tuple(round(float(each), 6) for each in tensor.flatten().tolist())


def _of_checkpoint(value: object) -> tuple[str, ...]:
    """The class names that a training script has put beside the weights, under one of the usual names."""
    for mapping in _mappings(value):
        for key in ("classes", "class_names", "class_to_idx", "names", "labels", "idx_to_class", "id2label"):
            names = _names(mapping.get(key))
            if names:
                return names
    return ()


def _mappings(value: object) -> Iterator[dict[Any, Any]]:
    yield from (each for each in walk(value) if isinstance(each, dict))


def _names(value: object) -> tuple[str, ...]:
    match value:
        case list() | tuple() if value and all(isinstance(each, str) for each in value):
            return tuple(value)
        case dict() if value and all(type(each) is int for each in value.values()):
            ordered = sorted(value, key=lambda name: int(value[name]))
            return tuple(ordered) if all(isinstance(each, str) for each in ordered) else ()
        case dict() if value and all(isinstance(each, str) for each in value.values()):
            return tuple(value.values())
        case _:
            return ()
