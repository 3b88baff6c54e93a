"""A minimal Gradio page with `grad-cam`, as people write it: a picture in, the label and the overlay out."""

import argparse

import gradio as gr
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.image import show_cam_on_image

from models.catalogue import DEFAULT
from models.store import ClassifierStore


def build(threads: int) -> gr.Interface:
    """The page around the bundled model, loaded once, with parameters that ask for gradients as timm leaves them."""
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

    return gr.Interface(
        explain, gr.Image(type="pil"), [gr.Label(), gr.Image()], api_name="explain", flagging_mode="never"
    )


def main() -> None:
    """Serve the page at `--port`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=7862)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    build(options.threads).launch(server_port=options.port, quiet=True)


if __name__ == "__main__":
    main()
