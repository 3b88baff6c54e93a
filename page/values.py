"""Whether a request's values are of the kinds that Gradio's components take, told before any of its code sees them."""

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.data_classes import FileData
from gradio_client.utils import is_file_obj_with_meta
from pydantic import BaseModel, ValidationError

NUMBERS = (gr.Number, gr.Slider)


def fits(block: Block, value: Any) -> bool:
    """Whether a component takes a value. What else a value must be, its own `preprocess` and the handler say."""
    if value is None or block.stateful:
        return True
    if not all(_is_a(FileData, each) for each in files_in(value)):
        return False
    model = getattr(block, "data_model", None)
    if model is not None:
        return _is_a(model, value)
    bounded = isinstance(block, NUMBERS) and (block.minimum is not None or block.maximum is not None)
    return isinstance(value, int | float) if bounded else True  # all else takes anything, and handlers judge it


def _is_a(model: type[BaseModel], value: Any) -> bool:
    try:
        model.model_validate(value, context={"validate_meta": True})
    except ValidationError:
        return False
    return True


def files_in(value: Any, is_file: Callable[[Any], bool] = is_file_obj_with_meta) -> Iterator[dict[str, Any]]:
    """What Gradio would take for a file and open, copy or fetch, wherever it is in a value."""
    if is_file(value):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inside:
        yield from files_in(each, is_file)
