"""The fast engine for CPUs: forward and gradients as one compiled graph."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from explainer.engines.compiled import Array, CompiledGraph
from explainer.engines.halves import Halves, at_the_end
from explainer.engines.joint_graph import OUT
from explainer.engines.linear_head import Head
from explainer.engines.protocol import slopes
from explainer.engines.runtime import openvino
from explainer.tape import LayerError, Recording
from explainer.target import Target
from models.later import Tensor, torch


class OpenvinoEngine:
    """Runs a graph of `explainer.engines.joint_graph`.

    A question about nothing but the last layer runs only the part of the graph that it needs: where pooling and one
    linear layer follow, the gradients are the class's own weights and nothing runs backward. Where more follows, each
    question runs backward through that, and one pass forward serves them all.
    """

    name = "openvino"

    def __init__(self, graph: Any, layers: Sequence[str], head: Head | None, threads: int) -> None:
        """Run `graph`, whose outputs follow `layers`, of which the last one comes before `head`."""
        self._graph = graph
        self._layers = tuple(layers)
        self._head = head
        self._threads = threads
        self._lock = threading.Lock()
        self._ends: dict[tuple[str, ...], CompiledGraph] = {}  # by what else is wanted, of which there are two kinds

    def run(
        self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
    ) -> Recording:
        """As `Engine.run`; raises LayerError for a layer that is not in the graph."""
        unknown = [name for name in (*layers, *also) if name not in self._layers]
        if unknown:
            raise LayerError(f"not in the graph: {', '.join(map(repr, unknown))}")
        pictures = [np.ascontiguousarray(row.numpy(), np.float32) for row in inputs.chunk(len(inputs))]
        if tuple(layers) == self._layers[-1:] and self._head is not None:
            return self._with_head(self._head, pictures, targets, also)
        if tuple(layers) == self._layers[-1:] and not also:
            return self._by_halves(pictures, targets)
        return self._everywhere(pictures, layers, targets, also)

    def _everywhere(
        self, pictures: Sequence[Array], layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str]
    ) -> Recording:
        logits, *rest = self._joint.run(self._rows(pictures, targets))
        count = len(self._layers)
        places = [self._layers.index(name) for name in layers]
        return Recording(
            torch.from_numpy(logits),
            tuple(_channels_first(rest[place]) for place in places),
            tuple(_channels_first(rest[count + place]) for place in places),
            tuple(_channels_first(rest[self._layers.index(name)]) for name in also),
        )

    def _with_head(
        self, head: Head, pictures: Sequence[Array], targets: Sequence[Target | None], also: Sequence[str]
    ) -> Recording:
        last = self._layers[-1]
        others = tuple(name for name in also if name != last)  # with an output twice in a graph, OpenVINO crashes
        answers, *seen = self._end(others).run([[picture] for picture in pictures])
        rows = len(targets)
        logits = torch.from_numpy(answers).expand(rows, -1)
        activated = [_channels_first(each).expand(rows, -1, -1, -1) for each in seen]
        by_name = dict(zip((last, *others), activated, strict=True))
        gradients = head.gradients(slopes(logits, targets), by_name[last])
        return Recording(logits, (by_name[last],), (gradients,), tuple(by_name[name] for name in also))

    def _by_halves(self, pictures: Sequence[Array], targets: Sequence[Target | None]) -> Recording:
        answers, seen, *kept = self._there.run([[picture] for picture in pictures])
        rows = len(targets)
        logits, activations = torch.from_numpy(answers).expand(rows, -1), _channels_first(seen).expand(rows, -1, -1, -1)
        questions = [_terms(target, answers.shape[1]) for target in targets]
        # Attention puts its heads where pictures are counted, so that a picture may have several rows there.
        shared = list(zip(*(np.split(each, len(pictures)) for each in kept), strict=True))
        every = shared * rows if len(pictures) == 1 else shared
        (gradients,) = self._back.run([[*asked, *each] for asked, each in zip(questions, every, strict=True)])
        return Recording(logits, (activations,), (_channels_first(gradients),))

    def _rows(self, pictures: Sequence[Array], targets: Sequence[Target | None]) -> list[list[Array]]:
        classes = self._graph.outputs[0].shape[1]
        every = [pictures[0]] * len(targets) if len(pictures) == 1 else pictures
        return [[picture, *_terms(target, classes)] for picture, target in zip(every, targets, strict=True)]

    @property
    def _joint(self) -> CompiledGraph:
        with self._lock:
            return self._whole

    def _end(self, also: tuple[str, ...]) -> CompiledGraph:
        with self._lock:
            if also not in self._ends:
                self._ends[also] = self._cut(also)
            return self._ends[also]

    @property
    def _there(self) -> CompiledGraph:
        with self._lock:
            return self._forward

    @property
    def _back(self) -> CompiledGraph:
        with self._lock:
            return self._behind

    @cached_property
    def _whole(self) -> CompiledGraph:
        return CompiledGraph(self._graph, self._threads)

    def _cut(self, also: Sequence[str]) -> CompiledGraph:
        """Logits, the last layer and the activations of others: what they depend on, cut out of the whole."""
        outputs, inputs = self._graph.outputs, self._graph.inputs
        kept = [outputs[0], outputs[len(self._layers)], *(outputs[1 + self._layers.index(name)] for name in also)]
        cut = openvino().Model([each.get_node() for each in kept], [inputs[0].get_node()], "end")
        return CompiledGraph(cut, self._threads)

    @cached_property
    def _forward(self) -> CompiledGraph:
        return CompiledGraph(self._halves.there, self._threads)

    @cached_property
    def _behind(self) -> CompiledGraph:
        return CompiledGraph(self._halves.back, self._threads)

    @cached_property
    def _halves(self) -> Halves:
        return at_the_end(self._graph, len(self._layers))


def _channels_first(outputs: Array) -> Tensor:
    """An output (N, H, W, C) of the graph as a view (N, C, H, W)."""
    return torch.from_numpy(outputs).permute(0, 3, 1, 2)


def _terms(target: Target | None, classes: int) -> list[Array]:
    """The inputs of the joint graph for a target: its two sides, and what each term of the score counts."""
    inside, against = (np.full((1, classes), OUT, np.float32) for _ in range(2))
    if target is None:
        return [inside, against, np.array([[0, 0, 1]], np.float32)]
    inside[0, list(target.indices)] = 0
    against[0, list(target.against)] = 0
    return [inside, against, np.array([[1, bool(target.against), 0]], np.float32)]
