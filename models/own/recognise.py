"""Which network a file's weights belong to, and that network with these weights in it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from models.own import fastai
from models.own.architectures import OWN_HEAD, Architecture, UnknownArchitecture, on_no_device
from models.own.index import Index
from models.own.kinds import kind_by_weights
from models.own.problems import NotANetwork
from models.own.shapes import CHANNELS, Shape, Shapes, stem_of
from models.own.states import StateDict, kept, levels, read_all

GREY = (0.299, 0.587, 0.114)  # of red, green and blue, as Pillow makes a picture grey
SAME = 1e-4  # of the largest logit; networks whose answers differ by no more are one
MOST_COMPARED = 12
TOLD = 5  # differences, and networks that fit


@dataclass(frozen=True, eq=False)
class Recognised:
    """A network in eval mode on the CPU with its weights, and what it is called. `grey`: it was made for grey pictures,
    and takes coloured ones now, which it sees in grey. `others` fit the weights, too, and would answer differently.
    `assumed`: its head is somebody's own, in which something without weights was taken for ReLU."""

    architecture: Architecture
    module: nn.Module
    weights: dict[str, Tensor]
    classes: int
    grey: bool
    others: tuple[Architecture, ...] = ()
    assumed: bool = False


def recognise(
    file: str, state: StateDict, index: Callable[[], Index], wanted: str | None, most_gigabytes: float
) -> Recognised:
    """Find the architecture of these weights, and load them into it.

    Args:
        file: its name, for sentences.
        state: its weights.
        index: gives the index of all architectures; not asked where `wanted` names one in full.
        wanted: the architecture's name where somebody chose it: in full, or without the library.
        most_gigabytes: how large the network may be.

    Raises:
        NotANetwork: none fits, several do, a number is NaN, or it takes pictures of another kind.
    """
    for level in levels(state):
        found = [each for each in _candidates(level.shapes(), index, wanted) if _fits(each, level.shapes())]
        if found:
            return _loaded(file, level, found, most_gigabytes)
    if headed := _with_own_head(state, index, wanted):
        return replace(_loaded(file, headed.level, headed.found, most_gigabytes), assumed=headed.assumed)
    raise _stranger(file, state, index, wanted)


def _fits(architecture: Architecture, shapes: Shapes) -> bool:
    try:
        return not differences(architecture, shapes)
    except UnknownArchitecture:
        return False


def differences(architecture: Architecture, shapes: Shapes) -> list[str]:
    """In words, in what weights of such `shapes` differ from those of an architecture; the channels don't count.

    Raises UnknownArchitecture.
    """
    try:
        module = on_no_device(lambda: architecture.build(shapes))
        known = kept({name: tuple(each.shape) for name, each in module.state_dict().items()})
    except UnknownArchitecture:
        known = architecture.shapes()
        loose = {name for name, shape in known.items() if name in shapes and shape[1:] == shapes[name][1:]}
        known |= {name: shapes[name] for name in loose}
    stem = stem_of(known)
    if stem and stem in shapes:
        known[stem] = (known[stem][0], *shapes[stem][1:2], *known[stem][2:])
    wrong = [
        f"{name} is missing" if name not in shapes else f"{name} is {_lengths(shapes[name])} and not {_lengths(shape)}"
        for name, shape in known.items()
        if shapes.get(name) != shape
    ]
    return wrong + [f"{name} does not belong to it" for name in shapes if name not in known]


def _lengths(shape: Shape) -> str:
    return " x ".join(map(str, shape)) or "one number"


def _candidates(shapes: Shapes, index: Callable[[], Index], wanted: str | None) -> Iterator[Architecture]:
    if wanted and "/" in wanted:
        yield Architecture(wanted)
        return
    for name in dict.fromkeys((*index().fitting(shapes), *_of_fastai(shapes, index()))):
        if wanted in (None, name.rpartition("/")[2]):
            yield Architecture(name)


@dataclass(frozen=True, eq=False)
class _Headed:
    """Known bodies with a head of somebody's own: `found` fit alike, and `level` has the weights by the names of the
    networks that are built again."""

    found: list[Architecture]
    level: StateDict
    assumed: bool


def _with_own_head(state: StateDict, index: Callable[[], Index], wanted: str | None) -> _Headed | None:
    """What fits at the outermost level at which anything does; None where nothing does."""
    whole = state.shapes()
    for level in levels(state):
        headed: _Headed | None = None
        for bare in _bodies(level.shapes(), index, wanted):
            with suppress(UnknownArchitecture, RuntimeError):  # the latter where the head takes other features
                side = bare.preprocess().crop_side
                with torch.device("meta"):
                    module, names, assumed = bare.with_own_head(whole, level.prefix)
                    module.eval()(torch.zeros(1, CHANNELS, side, side))
                weights = {own: state.weights[told] for own, told in names.items()}
                headed = headed or _Headed([], StateDict(level.prefix, weights), assumed)
                if headed.level.weights == weights:
                    headed.found.append(Architecture(f"{OWN_HEAD}{bare.name}"))
        if headed:
            return headed
    return None


def _bodies(shapes: Shapes, index: Callable[[], Index], wanted: str | None) -> list[Architecture]:
    """Those that may be in a file, torchvision's first."""
    if wanted and "/" in wanted:
        return [Architecture(wanted).bare]
    children = {f"{fastai.BODY}{name}": shape for name, shape in shapes.items()}
    names = (*index().likely(shapes), *index().likely(children))
    some = [Architecture(name) for name in names if wanted in (None, name.rpartition("/")[2])]
    return sorted(some, key=lambda each: not each.of_torchvision)


def _of_fastai(shapes: Shapes, index: Index) -> Iterator[str]:
    body = {name: shape for name, shape in shapes.items() if name.startswith(fastai.BODY)}
    if len(body) == len(shapes) or not all(name.startswith((fastai.BODY, fastai.HEAD)) for name in shapes):
        return
    yield from (name for name in index.fitting(body) if name.startswith("fastai/"))
    if all(name.startswith(fastai.TIMM_BODY) for name in body):
        bare = {name.removeprefix(fastai.TIMM_BODY): shape for name, shape in body.items()}
        yield from (f"fastai/{name}" for name in index.fitting(bare, headless=True) if name.startswith("timm/"))


def _loaded(file: str, level: StateDict, found: Sequence[Architecture], most_gigabytes: float) -> Recognised:
    weights = read_all(file, level.weights, most_gigabytes)
    grey = _see_colours(file, weights, found[0])
    found = sorted(found, key=lambda each: (not each.of_torchvision, len(each.name)))
    built = [(each, filled(each, weights)) for each in found[:MOST_COMPARED]]
    chosen, module = built[0]
    others = [each for each, other in built[1:] if not _same(chosen, module, other)]
    others += found[MOST_COMPARED:]
    # A file of torchvision's ResNet-18 also fits timm's rare relatives of it, whose changes have no weights.
    if others and not chosen.of_torchvision:
        raise NotANetwork("several", file, fitting=", ".join(each.name for each in (chosen, *others)))
    return Recognised(chosen, module, weights, _answers(chosen, module).shape[1], grey, tuple(others))


def filled(architecture: Architecture, weights: dict[str, Tensor]) -> nn.Module:
    """The network with these weights in it, in eval mode. Raises UnknownArchitecture or RuntimeError."""
    module = architecture.build({name: tuple(each.shape) for name, each in weights.items()})
    missing, unexpected = module.load_state_dict(weights, strict=False)
    if unexpected or kept(dict.fromkeys(missing)):
        raise UnknownArchitecture(architecture.name)
    return module


def _see_colours(file: str, weights: dict[str, Tensor], architecture: Architecture) -> bool:
    """Let a network for grey pictures take coloured ones: its first convolution then sees the same shade of grey."""
    if stem_of({name: tuple(each.shape) for name, each in weights.items()}):
        return False
    shapes = {name: tuple(each.shape) for name, each in weights.items()}
    module = on_no_device(lambda: architecture.build(shapes))
    stem = stem_of({name: tuple(each.shape) for name, each in module.state_dict().items()})
    if stem is None:
        return False
    if (channels := weights[stem].shape[1]) != 1:
        raise NotANetwork("channels", file, channels=channels)
    weights[stem] = weights[stem] * torch.tensor(GREY)[:, None, None]
    return True


def _answers(architecture: Architecture, module: nn.Module) -> Tensor:
    side = architecture.preprocess().crop_side
    picture = torch.randn(1, CHANNELS, side, side, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        logits: Tensor = module(picture)
    return logits


def _same(architecture: Architecture, one: nn.Module, other: nn.Module) -> bool:
    """Whether two networks answer the same picture alike."""
    try:
        first, second = _answers(architecture, one), _answers(architecture, other)
    except RuntimeError:  # another size of pictures
        return False
    return bool(first.shape == second.shape and (first - second).abs().max() <= SAME * first.abs().max())


def _stranger(file: str, state: StateDict, index: Callable[[], Index], wanted: str | None) -> NotANetwork:
    if kind := kind_by_weights(list(state.weights)):
        return NotANetwork("kind", file, kind=kind.name, advice=kind.advice)
    shapes = [level.shapes() for level in levels(state)]
    if wanted and "/" in wanted:
        architecture = Architecture(wanted)
    else:
        nearest = max(map(index().nearest, shapes), key=lambda near: near.share)
        architecture, shapes = Architecture(nearest.name), [dict(nearest.shapes)]
    try:
        found = min((differences(architecture, each) for each in shapes), key=len)
    except UnknownArchitecture:
        return NotANetwork("no_such", file, architecture=architecture.name)
    return NotANetwork("none", file, nearest=architecture.name, count=len(found), differences="; ".join(found[:TOLD]))
