"""A graph in two: what depends on the picture alone, and the way back, which depends on the question too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from explainer.engines.runtime import openvino


@dataclass(frozen=True, eq=False)
class Halves:
    """Two `openvino.Model`s.

    `there` takes the picture and gives the logits, the last layer's activations, and then what `back` needs. That one
    takes the three inputs of the question (see `explainer.engines.joint_graph`) and then these, and gives the
    gradients. Several questions about a picture so share the pass forward.
    """

    there: Any
    back: Any


def at_the_end(graph: Any, layers: int) -> Halves:
    """Cut logits and the last of so many layers out of a graph of `explainer.engines.joint_graph`, in two halves."""
    ov = openvino()
    outputs = graph.outputs
    kept = [outputs[0], outputs[layers], outputs[2 * layers]]
    whole = ov.Model([each.get_node() for each in kept], [each.get_node() for each in graph.inputs], "end").clone()
    picture, *question = (port.get_node() for port in whole.inputs)
    seen, asked = _reached([picture]), _reached(question)
    logits, activations, gradients = (port.get_node().input_value(0) for port in whole.outputs)
    sources, taken = [logits, activations], []
    for source, inputs in _crossing(whole, seen, asked):
        parameter = ov.opset13.parameter(list(source.get_shape()), source.get_element_type())
        for each in inputs:
            each.replace_source_output(parameter.output(0))
        sources.append(source)
        taken.append(parameter)
    return Halves(
        ov.Model([ov.opset13.result(each) for each in sources], [picture], "there"),
        ov.Model([ov.opset13.result(gradients)], [*question, *taken], "back"),
    )


def _reached(nodes: list[Any]) -> set[str]:
    """The names of these nodes and of all that depend on them."""
    found, pending = set(), list(nodes)
    while pending:
        node = pending.pop()
        if node.get_name() not in found:
            found.add(node.get_name())
            pending += [each.get_node() for output in node.outputs() for each in output.get_target_inputs()]
    return found


def _crossing(graph: Any, seen: set[str], asked: set[str]) -> Iterator[tuple[Any, list[Any]]]:
    """Each output that depends on the picture alone, with the inputs that take it and depend on the question."""
    for node in graph.get_ordered_ops():
        if node.get_name() in seen - asked:
            for output in node.outputs():
                inputs = [each for each in output.get_target_inputs() if each.get_node().get_name() in asked]
                if inputs:
                    yield output, inputs
