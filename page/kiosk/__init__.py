"""A screen that stands alone: what it shows when nobody is there, and how it forgets who was."""

from page.kiosk.kiosk import Kiosk

__all__ = ["Kiosk"]
