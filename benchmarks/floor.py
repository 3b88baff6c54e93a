"""A plain forward pass: what recognising a picture costs without any map."""

import warnings
from collections.abc import Callable
from importlib.util import find_spec

import torch
from torch import Tensor, nn


def torch_forward(module: nn.Module, inputs: Tensor) -> Callable[[], object]:
    """Eager torch, in inference mode."""

    def forward() -> object:
        with torch.inference_mode():
            return module(inputs)

    return forward


def openvino_forward(module: nn.Module, inputs: Tensor, threads: int) -> Callable[[], object] | None:
    """OpenVINO on the CPU in float32, compiled for one picture at a time; None where it is not installed."""
    if find_spec("openvino") is None:
        return None
    import openvino as ov

    with warnings.catch_warnings():  # its converter uses what torch would like to see replaced
        warnings.simplefilter("ignore", FutureWarning)
        model = ov.convert_model(module, example_input=inputs, input=[list(inputs.shape)])
    options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32"}
    request = ov.Core().compile_model(model, "CPU", options).create_infer_request()
    array = inputs.numpy()
    return lambda: request.infer([array], share_inputs=True)
