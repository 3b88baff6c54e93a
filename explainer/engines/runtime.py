"""OpenVINO, imported when it is first needed, and without its messages to a statistics service."""

import sys
from typing import Any


def openvino() -> Any:
    """The package `openvino`.

    Importing it would send a message to a statistics service on the web, by `openvino_telemetry`. Where that can't be
    imported it uses a stand-in of its own that sends nothing, so the import of it is blocked first.

    Raises:
        ImportError: the package is not installed or does not load.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino
