"""Weights that a graph uses forward and backward, kept apart."""

from __future__ import annotations

from typing import Any

from explainer.engines.runtime import openvino

BACKWARD = {"ConvolutionBackpropData", "GroupConvolutionBackpropData"}


def keep_apart(graph: Any) -> Any:
    """Give each convolution's way back weights of its own, in place, and return the graph.

    OpenVINO packs weights in the order in which an operator wants them, and takes what is packed already for another
    operator with the same weights. A convolution and its way back want other orders. Where both have as many channels
    in as out it took the one for the other (2026.4.1 on a processor with AVX-512), so that every gradient before a
    convolution with a stride was wrong. To save a graph merges equal weights: what is read has them at one address,
    even where these are two constants, so it is kept apart again.
    """
    for node in graph.get_ordered_ops():
        if node.get_type_name() in BACKWARD:
            weights = node.input(1).get_source_output()
            if weights.get_node().get_type_name() == "Constant":
                own = openvino().opset13.constant(weights.get_node().data.copy())
                node.input(1).replace_source_output(own.output(0))
    return graph
