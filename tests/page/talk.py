"""A program's side of the endpoints: plain HTTP, with nothing of Gradio's client between the test and the server."""

import json
import urllib.parse
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

# For httpx: a busy machine takes its time, and to read certificates, of which plain HTTP has none, takes 20 ms each.
HTTP: dict[str, Any] = {"timeout": 120, "verify": False}
META = {"_type": "gradio.FileData"}


class Refusal(Exception):
    """The server answered with a sentence instead of a result; None where it sent none."""

    def __init__(self, sentence: str | None) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Program:
    """Uploads files to a running page and calls its endpoints."""

    url: str

    @cached_property
    def http(self) -> httpx.Client:
        """One client for all calls, since each new one takes a while to make."""
        return httpx.Client(base_url=self.url, **HTTP)

    def upload(self, data: bytes, name: str = "picture.png") -> str:
        """The path that the server gives an uploaded file."""
        response = self.http.post("/gradio_api/upload", files={"files": (name, data)})
        assert response.status_code == 200, response.text
        path: str = response.json()[0]
        return path

    def send(self, data: bytes, name: str = "picture.png") -> dict[str, Any]:
        """Upload a file and name it as the endpoints want it."""
        return {"path": self.upload(data, name), "meta": META}

    def call(self, endpoint: str, *values: Any) -> Any:
        """The result of an endpoint. Raises Refusal."""
        body = json.dumps({"data": values})  # not httpx's own JSON, which refuses NaN
        return self._result(endpoint, self.http.post(f"/gradio_api/call/{endpoint}", content=body, headers=_JSON))

    def call_by_name(self, endpoint: str, **values: Any) -> Any:
        """Like `call`, but with named arguments, of which any may be left out."""
        body = json.dumps(values)
        return self._result(endpoint, self.http.post(f"/gradio_api/call/v2/{endpoint}", content=body, headers=_JSON))

    def explain(self, picture: Any, model: Any = None, target: Any = None, method: Any = None) -> Any:
        """The JSON of `/explain`. Raises Refusal."""
        return self.call("explain", picture, model, target, method)

    def heatmap(self, picture: Any, layer: Any = None, opacity: Any = None, **question: Any) -> str:
        """The path of the file that `/heatmap` makes. Raises Refusal."""
        asked = [question.get(name) for name in ("model", "target", "method")]
        path: str = self.call("heatmap", picture, *asked, layer, opacity)["path"]
        return path

    def fetch(self, path: str) -> httpx.Response:
        """What the server gives for a file's path."""
        return self.http.get(f"/gradio_api/file={urllib.parse.quote(path)}")

    def _result(self, endpoint: str, posted: httpx.Response) -> Any:
        assert posted.status_code == 200, posted.text
        with self.http.stream("GET", f"/gradio_api/call/{endpoint}/{posted.json()['event_id']}") as events:
            lines = [line for line in events.iter_lines() if line]
        kind, data = lines[-2].removeprefix("event: "), json.loads(lines[-1].removeprefix("data: "))
        if kind != "complete":
            raise Refusal(data["error"])
        return data[0]


_JSON = {"content-type": "application/json"}
