"""The viewer: a canvas in the browser that draws every layer's map without asking the server again."""

from page.front.viewer.viewer import build_viewer

__all__ = ["build_viewer"]
