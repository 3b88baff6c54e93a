"""What belongs to a network of a host's own beside its weights, as a file that can be read and changed: NAME.toml."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit
from PIL import Image

from models.catalogue import TargetLayer
from models.labels import Labels
from models.own.problems import NotANetwork
from models.preprocess import Preprocess, Squashed
from models.ways import FEATURE_MAPS, ChannelsLast, Tokens, Way

NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
CROPS: Mapping[str, type[Preprocess]] = {"centre": Preprocess, "squash": Squashed}
MOST_SIDE = 2048
# What a network may fail in when it is put on trial: it answers every picture alike; its gradients are not its score's
# slopes; its maps are like those of a network that has learned nothing; hiding what is bright hardly matters.
TRIALS = ("alike", "gradients", "blank_brain", "hiding")
RESAMPLING = {each.name.lower(): each for each in Image.Resampling}


@dataclass(frozen=True)
class OwnEntry:
    """One network: what visitors call it, what it is built of, its classes, how pictures are cut for it, its layers.

    `classes` is empty for the 1,000 of ImageNet. `came_from` says in words where it is from, `trial` what it showed
    when it was added, and `failed` in which of TRIALS it failed. `class_token` is that of
    `models.catalogue.ClassifierSpec`.
    """

    name: str
    title: str
    architecture: str
    classes: tuple[str, ...]
    preprocess: Preprocess
    layers: tuple[TargetLayer, ...]
    came_from: str = ""
    trial: Mapping[str, str] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    class_token: bool = False

    @property
    def labels(self) -> Labels:
        """Its classes; ImageNet's have synonyms and groups, others have their names alone."""
        return Labels(self.classes, ((),) * len(self.classes)) if self.classes else Labels.imagenet()


def write(path: Path, entry: OwnEntry) -> None:
    """Write an entry. Raises OSError."""
    fed = entry.preprocess
    document = tomlkit.document()
    document.add(tomlkit.comment("A network of this page. What stands here may be changed; the page checks it."))
    document["title"] = entry.title
    document["architecture"] = entry.architecture
    document["classes"] = tomlkit.array() if not entry.classes else _array(entry.classes)
    document["size"] = fed.crop_side
    document["resize"] = fed.resize_side
    document["crop"] = next(name for name, kind in CROPS.items() if kind is type(fed))
    document["interpolation"] = fed.resampling.name.lower()
    document["mean"] = list(fed.mean)
    document["std"] = list(fed.std)
    document["came_from"] = entry.came_from
    document["failed"] = list(entry.failed)
    if entry.class_token:
        document["class_token"] = True
    layers = tomlkit.aot()
    for layer in entry.layers:
        layers.append(tomlkit.item({"name": layer.name, "title": layer.title, **_told_way(layer.way)}))
    document["layers"] = layers
    if entry.trial:
        document["trial"] = dict(entry.trial)
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def _told_way(way: Way) -> dict[str, Any]:
    """How a layer's output becomes a grid, where it is none: "tokens" says how many tokens of no place come first."""
    if isinstance(way, Tokens):
        return {"tokens": way.extra}
    return {"channels_last": True} if isinstance(way, ChannelsLast) else {}


def _way(told: Mapping[str, Any]) -> Way:
    tokens, last = told.get("tokens"), told.get("channels_last", False)
    if tokens is not None and (type(tokens) is not int or not 0 <= tokens < 100):
        raise ValueError("tokens must be a whole number from 0 to 99")
    if not isinstance(last, bool) or (last and tokens is not None):
        raise ValueError("channels_last must be true or false, and is not for tokens")
    if tokens is not None:
        return Tokens(tokens)
    return ChannelsLast() if last else FEATURE_MAPS


def _array(values: Sequence[str]) -> Any:
    return tomlkit.item(list(values)).multiline(True)


def read(path: Path) -> OwnEntry:
    """Read the entry that a file holds; its name is the file's. Raises NotANetwork, with what is wrong in it."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NotANetwork("entry", path.name, detail=str(error)[:100]) from error
    if not NAME.fullmatch(path.stem):
        raise NotANetwork("name", path.name, name=path.stem[:40])
    try:
        return OwnEntry(
            name=path.stem,
            title=_text(told, "title", path.stem),
            architecture=_text(told, "architecture"),
            classes=_classes(told),
            preprocess=_preprocess(told),
            layers=_layers(told),
            came_from=_text(told, "came_from", ""),
            trial={str(name): str(value) for name, value in told.get("trial", {}).items()},
            failed=_failed(told),
            class_token=_class_token(told),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotANetwork("entry", path.name, detail=str(error)[:100]) from error


def _text(told: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = told.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        raise ValueError(f"{key} must be a text")
    return value


def _classes(told: Mapping[str, Any]) -> tuple[str, ...]:
    classes = told.get("classes", [])
    if not isinstance(classes, list) or not all(isinstance(each, str) and each.strip() for each in classes):
        raise ValueError("classes must be a list of names")
    if len(set(classes)) < len(classes) or len(classes) == 1:
        raise ValueError("classes must be at least two different names")
    return tuple(classes)


def _failed(told: Mapping[str, Any]) -> tuple[str, ...]:
    failed = told.get("failed", [])
    if not isinstance(failed, list) or not set(failed) <= set(TRIALS):
        raise ValueError(f"failed must be a list of some of {', '.join(TRIALS)}")
    return tuple(failed)


def _class_token(told: Mapping[str, Any]) -> bool:
    given = told.get("class_token", False)
    if not isinstance(given, bool):
        raise ValueError("class_token must be true or false")
    if given and not all("tokens" in layer for layer in told["layers"]):
        raise ValueError("class_token is for layers that give tokens")
    return given


def _preprocess(told: Mapping[str, Any]) -> Preprocess:
    crop, resampling = told.get("crop", "centre"), told.get("interpolation", "bilinear")
    if crop not in CROPS:
        raise ValueError(f"crop must be one of {', '.join(CROPS)}")
    if resampling not in RESAMPLING:
        raise ValueError(f"interpolation must be one of {', '.join(RESAMPLING)}")
    side = _length(told, "size", None)
    return CROPS[crop](
        _length(told, "resize", side),
        side,
        _numbers(told, "mean"),
        _numbers(told, "std"),
        RESAMPLING[resampling],
    )


def _length(told: Mapping[str, Any], key: str, default: int | None) -> int:
    value = told.get(key, default)
    if type(value) is not int or not 8 <= value <= MOST_SIDE:
        raise ValueError(f"{key} must be a whole number from 8 to {MOST_SIDE}")
    return value


def _numbers(told: Mapping[str, Any], key: str) -> tuple[float, ...]:
    values = told.get(key)
    if not isinstance(values, list) or len(values) != 3 or not all(type(each) in (int, float) for each in values):
        raise ValueError(f"{key} must be three numbers, for red, green and blue")
    if key == "std" and not all(each > 0 for each in values):
        raise ValueError("std must be above zero")
    return tuple(map(float, values))


def _layers(told: Mapping[str, Any]) -> tuple[TargetLayer, ...]:
    layers = told.get("layers")
    if not isinstance(layers, list) or not layers:
        raise ValueError("layers must be a list, from early to late")
    found = tuple(TargetLayer(_text(each, "name"), _text(each, "title"), _way(each)) for each in layers)
    if len({layer.name for layer in found}) < len(found):
        raise ValueError("a layer stands there twice")
    return found
