"""A Gradio page that only echoes a picture's size: what Gradio itself costs, with nothing behind it."""

import argparse

import gradio as gr
from PIL import Image


def explain(picture: Image.Image) -> dict[str, int]:
    """The picture's width and height."""
    return {"width": picture.width, "height": picture.height}


def main() -> None:
    """Serve the page at `--port`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=7861)
    page = gr.Interface(explain, gr.Image(type="pil"), gr.JSON(), api_name="explain", flagging_mode="never")
    page.launch(server_port=parser.parse_args().port, quiet=True)


if __name__ == "__main__":
    main()
