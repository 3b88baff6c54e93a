"""OpenVINO, imported when it is first needed, and without its calls home."""

import sys
from typing import Any


def openvino() -> Any:
    """The package `openvino`.

    Importing it would send a message to a statistics service on the web. Where `openvino_telemetry` can't be imported
    it uses a stand-in of its own that sends nothing, so that is seen to first.

    Raises:
        ImportError: the package is not installed or does not load.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino
