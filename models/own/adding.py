"""From a file of somebody's weights to a network of this page: two files in the folder of own networks."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor

from models.catalogue import ClassifierSpec
from models.own import entry as entries
from models.own import index
from models.own.architectures import OWN_HEAD
from models.own.containers import MOST_GIGABYTES, opened
from models.own.entry import CROPS, RESAMPLING, OwnEntry
from models.own.export import Told, told
from models.own.folder import entry_of, spec_of, weights_of
from models.own.hub import ADDRESS, bring, name_of
from models.own.layers import NoLayers, find_layers, reads_class_token
from models.own.problems import NotANetwork
from models.own.recognise import Recognised, recognise
from models.own.states import find_state
from models.own.trial import ask
from models.preprocess import Preprocess
from models.taught.file import ENDING
from models.taught.own import is_taught, own_taught, read_file
from models.weights import frozen

IMAGENET = 1000
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wishes:
    """What a host chooses; None and nothing where the file and its architecture decide.

    `classes` are names in the order of the network's outputs, `size` the side of the square in pixels, `crop` a key of
    `models.own.entry.CROPS`.
    """

    name: str | None = None
    title: str | None = None
    architecture: str | None = None
    classes: tuple[str, ...] = ()
    size: int | None = None
    crop: str | None = None
    most_gigabytes: float = MOST_GIGABYTES


def add(
    given: Path | str, folder: Path, wishes: Wishes, taken: tuple[str, ...], cache: Path, tell: Tell
) -> ClassifierSpec:
    """Add a network to a folder, from a file that is read and never run.

    Args:
        given: a file, .pth, .pt, .pkl or .safetensors, or hf-hub:OWNER/NAME.
        folder: of own networks; it is made where it is not there.
        wishes: what the host has chosen.
        taken: names that models have already.
        cache: where fingerprints of architectures are kept.
        tell: hears sentences on the way.

    Raises:
        NotANetwork: for every reason of `models.own.problems`.
    """
    address = given if isinstance(given, str) and given.startswith(ADDRESS) else None
    came_from = address or Path(given).name
    name = wishes.name or _slug(name_of(address) if address else Path(given).stem)
    if not entries.NAME.fullmatch(name):
        raise NotANetwork("name", came_from, name=name[:40])
    if name in taken or entry_of(folder, name).exists():
        raise NotANetwork("taken", came_from, name=name)
    brought = bring(address, wishes.most_gigabytes) if address else None
    file = brought.file if brought else Path(given)
    if is_taught(file):
        return _taught(file, folder, name, tell)
    with opened(file, wishes.most_gigabytes) as held:
        said = brought.told if brought else told(held.value)
        if said.several:
            raise NotANetwork("several_answers", file.name)
        wanted = wishes.architecture or said.architecture
        found = recognise(file.name, find_state(held), lambda: _index(cache, tell), wanted, wishes.most_gigabytes)
    tell(f"It is {found.architecture.name} with {found.classes} classes.")
    if found.architecture.name.startswith(OWN_HEAD):
        tell("Its head is one of your own, built again from the shapes of its weights.")
    if found.assumed:
        tell("What stood between the head's linear layers has no weights; it was taken for ReLU. Let --check tell you.")
    if found.others:
        tell(f"It could also be {', '.join(each.name for each in found.others)}: --architecture can say so.")
    entry = _entry(name, came_from, found, said, wishes, tell)
    _save(folder, entry, found.weights)
    return spec_of(folder, entry)


def _taught(file: Path, folder: Path, name: str, tell: Tell) -> ClassifierSpec:
    """What somebody taught needs no entry beside it: all of it is in the file."""
    taught = read_file(file)
    place = folder / f"{name}{ENDING}"
    if place.exists():
        raise NotANetwork("taken", file.name, name=name)
    tell(f"It was taught to {taught.backbone}, with {len(taught.head.names)} names.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    except OSError as error:
        raise NotANetwork("disk", place.name, detail=str(error.strerror or error)) from error
    return own_taught(place)


def remove(folder: Path, name: str, known: tuple[str, ...]) -> None:
    """Take a network out of a folder: both of its files. Raises NotANetwork."""
    if name not in known:
        raise NotANetwork("unknown", name, name=name, known=", ".join(known) or "none")
    try:
        for path in (entry_of(folder, name), weights_of(folder, name), folder / f"{name}{ENDING}"):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise NotANetwork("disk", str(error.filename), detail=str(error.strerror)) from error


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")[:40]


def _index(cache: Path, tell: Tell) -> index.Index:
    return index.load(cache, lambda done, total: tell(f"Looking at architectures, once: {done} of {total}"))


def _entry(name: str, file: str, found: Recognised, said: Told, wishes: Wishes, tell: Tell) -> OwnEntry:
    fed = _preprocess(found, said, wishes, tell)
    module = frozen(found.module)
    try:
        layers = find_layers(module, fed.crop_side)
        class_token = reads_class_token(module, fed.crop_side, layers)
        answers = ask(module, fed.crop_side)
    except NoLayers as error:
        raise NotANetwork("no_layers", file, architecture=found.architecture.name) from error
    except RuntimeError as error:
        raise NotANetwork("size", file, size=fed.crop_side) from error
    if not answers.finite:
        raise NotANetwork("trial", file, detail="its answers are no numbers")
    if not answers.different:
        tell("It answers every picture alike: its maps will say nothing. Is the file the one after training?")
    return OwnEntry(
        name=name,
        title=wishes.title or name.replace("_", " ").capitalize(),
        architecture=found.architecture.name,
        classes=_classes(file, found.classes, said, wishes, tell),
        preprocess=fed,
        layers=layers,
        came_from=file,
        trial={
            "finite": "yes",
            "different answers": "yes" if answers.different else "no",
            **({"seen in grey": "yes"} if found.grey else {}),
        },
        failed=() if answers.different else ("alike",),
        class_token=class_token,
    )


def _classes(file: str, count: int, said: Told, wishes: Wishes, tell: Tell) -> tuple[str, ...]:
    if wishes.classes and len(wishes.classes) != count:
        raise NotANetwork("classes", file, classes=count, given=len(wishes.classes))
    names = wishes.classes or (said.classes if len(said.classes) == count else ())
    if len(set(names)) == count:
        return names
    if count == IMAGENET:
        tell("Its 1,000 classes are taken for ImageNet's; --classes can say otherwise.")
        return ()
    tell("The names of its classes are not in the file; give them with --classes, or write them into the .toml.")
    return tuple(f"class {number}" for number in range(1, count + 1))


def _preprocess(found: Recognised, said: Told, wishes: Wishes, tell: Tell) -> Preprocess:
    """The architecture's own way, changed by what the file tells, changed by what the host wishes."""
    fed = found.architecture.preprocess()
    side = wishes.size or said.size
    if side:
        fed = replace(fed, crop_side=side, resize_side=max(side, round(side * fed.resize_side / fed.crop_side)))
    if said.share:
        fed = replace(fed, resize_side=max(fed.crop_side, round(fed.crop_side / said.share)))
    if said.interpolation:
        fed = replace(fed, resampling=RESAMPLING[said.interpolation])
    if said.mean and said.std:
        fed = replace(fed, mean=said.mean, std=said.std)
    if said.method == "pad":
        tell("It was trained with pictures that were padded to a square; here it gets the square of their centre.")
    crop = wishes.crop or ("squash" if said.method == "squish" else "centre")
    return CROPS[crop](fed.resize_side, fed.crop_side, fed.mean, fed.std, fed.resampling)


def _save(folder: Path, entry: OwnEntry, weights: dict[str, Tensor]) -> None:
    """Write both files. The entry comes last, and in one step: it is what makes the network known."""
    path, partial = weights_of(folder, entry.name), entry_of(folder, entry.name).with_suffix(".partial")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_file({name: tensor.contiguous() for name, tensor in weights.items()}, path)
        entries.write(partial, entry)
        partial.replace(entry_of(folder, entry.name))
    except OSError as error:
        path.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)
        raise NotANetwork("disk", path.name, detail=str(error.strerror or error)) from error
