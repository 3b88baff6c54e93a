"""The mirror: the visitor's own film with the map over it."""

from page.front.mirror.mirror import build_mirror, mirror_look

__all__ = ["build_mirror", "mirror_look"]
