"""The folder of a host's own networks: two files for each, NAME.safetensors and NAME.toml."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from models.catalogue import ClassifierSpec, Measures
from models.download import Progress
from models.later import Tensor, nn
from models.own.entry import OwnEntry, read
from models.own.problems import NotANetwork
from models.taught.file import ENDING
from models.taught.own import own_taught
from models.weights import Network, WeightsBroken, frozen

DEFAULT_FOLDER = Path("own-models")
NOTHING: Mapping[str, str] = MappingProxyType({})
ANY = 1000.0  # gigabytes: a network that is in the folder was let in when it was added


@dataclass(frozen=True)
class OwnWeights:
    """A host's own network, as `python -m models add` wrote it. `path` is its file of weights."""

    path: Path
    entry: OwnEntry
    most_gigabytes: float = ANY

    def available(self) -> bool:
        """Say whether the file is there."""
        return self.path.is_file()

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        """There is nowhere to fetch it from. Raises WeightsBroken where the file is gone."""
        if not self.available():
            raise WeightsBroken(self.entry.title)

    def build(self) -> Network:
        """Load the file into the network. Raises WeightsBroken, also where NAME.toml does not belong to it."""
        from models.own.architectures import Architecture
        from models.own.recognise import filled

        try:
            module = filled(Architecture(self.entry.architecture), self._weights())
        except Exception as error:  # whatever another version of a library makes of it
            raise WeightsBroken(self.entry.title) from error
        modules = dict(module.named_modules())
        if not all(layer.name in modules for layer in self.entry.layers):
            raise WeightsBroken(self.entry.title)
        return Network(frozen(module), self.entry.preprocess, self.entry.labels)

    def untrained(self) -> nn.Module:
        """As its library starts it. Raises WeightsBroken."""
        from models.own.architectures import Architecture

        try:
            shapes = {name: tuple(each.shape) for name, each in self._weights().items()}
            return frozen(Architecture(self.entry.architecture).build(shapes))
        except Exception as error:
            raise WeightsBroken(self.entry.title) from error

    def _weights(self) -> dict[str, Tensor]:
        from models.own.containers import opened
        from models.own.states import find_state, read_all

        with opened(self.path, self.most_gigabytes) as held:
            return read_all(held.file, find_state(held).weights, self.most_gigabytes)


def weights_of(folder: Path, name: str) -> Path:
    """The file of a network's weights."""
    return folder / f"{name}.safetensors"


def entry_of(folder: Path, name: str) -> Path:
    """The file of what belongs to them."""
    return folder / f"{name}.toml"


def spec_of(folder: Path, entry: OwnEntry, metadata: Mapping[str, str] = NOTHING) -> ClassifierSpec:
    """An entry as the catalogue has them; `metadata` is that of its weights."""
    return ClassifierSpec(
        name=entry.name,
        title=entry.title,
        source=OwnWeights(weights_of(folder, entry.name), entry),
        layers=entry.layers,
        default_layer=entry.layers[-1].name,
        own_labels=entry.labels if entry.classes else None,
        measures=Measures(metadata.get("bound", ""), metadata.get("strengths", "")),
        failed=entry.failed,
        class_token=entry.class_token,
    )


def keep_measures(folder: Path, name: str, measures: Measures) -> None:
    """Write what was measured of a network beside its weights, into the same file. Raises OSError."""
    from safetensors.torch import save_file

    from models.own.containers import opened
    from models.own.states import find_state, read_all

    path = weights_of(folder, name)
    partial = path.with_suffix(".partial")
    with opened(path, ANY) as held:
        weights = read_all(held.file, find_state(held).weights, ANY)
    try:
        save_file(weights, partial, metadata={key: text for key, text in asdict(measures).items() if text} or None)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@dataclass(frozen=True)
class Own:
    """The networks of a folder, by name, and the sentences about those that can't be offered."""

    specs: Mapping[str, ClassifierSpec]
    problems: tuple[NotANetwork, ...]


def read_folder(folder: Path, taken: Collection[str] = ()) -> Own:
    """Look for networks in a folder, which need not be there; of their weights only the list is read. What somebody
    taught, as a page saves it, is one of them.

    `taken` are the names of other models.
    """
    specs, problems, folder = {}, [], folder.expanduser()
    for path in sorted(folder.glob("*.toml")):
        try:
            entry = read(path)
            if entry.name in taken:
                raise NotANetwork("taken", path.name, name=entry.name)
            specs[entry.name] = spec_of(folder, entry, _metadata(weights_of(folder, entry.name)))
        except NotANetwork as problem:
            problems.append(problem)
    for path in sorted(folder.glob(f"*{ENDING}")):
        try:
            spec = own_taught(path)
            if spec.name in taken or spec.name in specs:
                raise NotANetwork("taken", path.name, name=spec.name)
            specs[spec.name] = spec
        except NotANetwork as problem:
            problems.append(problem)
    return Own(MappingProxyType(specs), tuple(problems))


def _metadata(path: Path) -> Mapping[str, str]:
    """What stands in a file of weights beside them. Raises NotANetwork."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            return MappingProxyType(dict(file.metadata() or {}))
    except (SafetensorError, OSError):  # what reads any file of weights says what is the matter with this one
        from models.own.containers import opened

        with opened(path, ANY) as held:
            return held.metadata
