"""The fast engine for CPUs: forward and gradients as one compiled graph."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explainer.engines.compiled import Array, CompiledGraph
from explainer.engines.joint_graph import OUT
from explainer.engines.linear_head import Head
from explainer.engines.protocol import slopes
from explainer.engines.runtime import openvino
from explainer.tape import LayerError, Recording
from explainer.target import Target


class OpenvinoEngine:
    """Runs a graph of `explainer.engines.joint_graph`.

    A question about nothing but the last layer runs only the part of the graph that it needs: where pooling and one
    linear layer follow, the gradients are the class's own weights and nothing runs backward.
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
        if tuple(layers) == self._layers[-1:]:
            return self._at_the_end(pictures, targets, also)
        return self._everywhere(pictures, layers, targets, also)

    def _everywhere(
        self, pictures: Sequence[Array], layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str]
    ) -> Recording:
        logits, *rest = self._joint.run(self._rows(pictures, targets))
        count = len(self._layers)
        places = [self._layers.index(name) for name in layers]
        return Recording(
            torch.from_numpy(logits),
            tuple(torch.from_numpy(rest[place]) for place in places),
            tuple(torch.from_numpy(rest[count + place]) for place in places),
            tuple(torch.from_numpy(rest[self._layers.index(name)]) for name in also),
        )

    def _at_the_end(
        self, pictures: Sequence[Array], targets: Sequence[Target | None], also: Sequence[str]
    ) -> Recording:
        last = self._layers[-1]
        others = tuple(name for name in also if name != last)  # with an output twice in a graph, OpenVINO crashes
        graph = self._end(others)
        if self._head is None:
            logits, activations, gradients, *seen = map(torch.from_numpy, graph.run(self._rows(pictures, targets)))
        else:
            answered = map(torch.from_numpy, graph.run([[picture] for picture in pictures]))
            logits, activations, *seen = (each.expand(len(targets), *each.shape[1:]) for each in answered)
            gradients = self._head.gradients(slopes(logits, targets), activations)
        by_name = {last: activations, **dict(zip(others, seen, strict=True))}
        return Recording(logits, (activations,), (gradients,), tuple(by_name[name] for name in also))

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

    @cached_property
    def _whole(self) -> CompiledGraph:
        return CompiledGraph(self._graph, self._threads)

    def _cut(self, also: Sequence[str]) -> CompiledGraph:
        """Logits, the last layer and the activations of others: what they depend on, cut out of the whole."""
        outputs, inputs, count = self._graph.outputs, self._graph.inputs, len(self._layers)
        kept = [outputs[0], outputs[count]] if self._head else [outputs[0], outputs[count], outputs[2 * count]]
        kept += [outputs[1 + self._layers.index(name)] for name in also]
        needed = inputs[:1] if self._head else inputs
        cut = openvino().Model([each.get_node() for each in kept], [each.get_node() for each in needed], "end")
        return CompiledGraph(cut, self._threads)


def _terms(target: Target | None, classes: int) -> list[Array]:
    """The inputs of the joint graph for a target: its two sides, and what each term of the score counts."""
    inside, against = (np.full((1, classes), OUT, np.float32) for _ in range(2))
    if target is None:
        return [inside, against, np.array([[0, 0, 1]], np.float32)]
    inside[0, list(target.indices)] = 0
    against[0, list(target.against)] = 0
    return [inside, against, np.array([[1, bool(target.against), 0]], np.float32)]
