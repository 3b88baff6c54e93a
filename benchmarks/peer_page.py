"""A minimal Gradio page with `grad-cam`, as people write it: a picture in, the label and the overlay out.

Or a film in, as Gradio's guide to streaming images has it.
"""

import argparse
from collections.abc import Callable

import gradio as gr
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.image import show_cam_on_image

from models.catalogue import DEFAULT
from models.store import ClassifierStore

Explain = Callable[[Image.Image], tuple[str, NDArray[np.uint8]]]


def explainer(threads: int) -> Explain:
    """The bundled model, loaded once, with parameters that ask for gradients as timm leaves them."""
    torch.set_num_threads(threads)
    classifier = ClassifierStore(torch.device("cpu"), offline=True).get(DEFAULT)
    model = classifier.module.requires_grad_(True)
    layers = [model.get_submodule(classifier.spec.default_layer)]

    def explain(picture: Image.Image) -> tuple[str, NDArray[np.uint8]]:
        inputs = classifier.preprocess(picture).unsqueeze(0)
        with GradCAM(model=model, target_layers=layers) as cam:
            heat = cam(input_tensor=inputs, targets=None)[0]
            label = classifier.labels[int(cam.outputs.argmax())]
        small = np.asarray(picture.resize(heat.shape[::-1]), dtype=np.float32) / 255
        overlay: NDArray[np.uint8] = show_cam_on_image(small, heat, use_rgb=True)
        return label, overlay

    return explain


def build(explain: Explain) -> gr.Interface:
    """The page for pictures."""
    return gr.Interface(
        explain, gr.Image(type="pil"), [gr.Label(), gr.Image()], api_name="explain", flagging_mode="never"
    )


def build_film(explain: Explain) -> gr.Blocks:
    """The page for a film, with the guide's own numbers."""
    page = gr.Blocks()
    with page, gr.Row():
        film = gr.Image(sources=["webcam"], streaming=True, type="pil")
        label, overlay = gr.Label(), gr.Image(elem_id="overlay")
        film.stream(explain, film, [label, overlay], time_limit=30, stream_every=0.1, concurrency_limit=30)
    return page


def main() -> None:
    """Serve the page at `--port`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=7862)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--film", action="store_true")
    options = parser.parse_args()
    made = build_film if options.film else build
    made(explainer(options.threads)).launch(server_port=options.port, quiet=True)


if __name__ == "__main__":
    main()
