"""Tells the service manager that started the page, where there is one, that it serves."""

import os
import socket


def tell_ready() -> None:
    """Tell systemd, where it runs the page as a unit of the type notify; anywhere else nothing happens.

    It waits for this as long as it takes, so that nobody takes a slow start for a page that hangs. Raises OSError when
    the socket that systemd named does not take it.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.connect("\0" + address[1:] if address.startswith("@") else address)
        told.send(b"READY=1")
