"""The viewer: a canvas in the browser that draws every layer's map without asking the server again."""

from page.viewer.viewer import Viewer

__all__ = ["Viewer"]
