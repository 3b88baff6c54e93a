"""The kiosk, a screen in a public place: what it shows without a visitor, and how it deletes what a visitor left."""

from page.kiosk.kiosk import Kiosk

__all__ = ["Kiosk"]
