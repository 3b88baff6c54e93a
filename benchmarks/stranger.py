"""A program of one address that means harm: plain HTTP, over addresses of this machine's own loopback range alone."""

import http.client
import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

META = {"_type": "gradio.FileData"}
JSON = {"content-type": "application/json"}
PATIENCE = 150.0  # seconds for an answer
BOUNDARY = "seewhy-cost"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


@dataclass
class Stranger:
    """Sends requests to a page from one address of the loopback range, and counts them and their bytes."""

    url: str
    address: str
    cookie: str = ""
    requests: int = 0
    sent: int = 0
    answers: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError for a page that is not on this machine."""
        if not ip_address(self._host).is_loopback or not ip_address(self.address).is_loopback:
            raise ValueError("only pages of this machine are asked")

    @property
    def _host(self) -> str:
        return str(urlsplit(self.url).hostname)

    @property
    def _port(self) -> int:
        return int(urlsplit(self.url).port or 80)

    def crowd(self, size: int) -> list["Stranger"]:
        """So many others, each of an address of its own."""
        first = ip_address(self.address) + 256
        return [Stranger(self.url, str(first + number)) for number in range(size)]

    def count(self, crowd: Sequence["Stranger"]) -> None:
        """Count what a crowd has sent as one's own."""
        for each in crowd:
            self.requests += each.requests
            self.sent += each.sent
            for status, count in each.answers.items():
                self.answers[status] = self.answers.get(status, 0) + count

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        method: str = "",
        read: int = -1,
    ) -> tuple[int, bytes]:
        """The status and the body of an answer, of which at most `read` bytes are read; 0 where none came."""
        web = http.client.HTTPConnection(self._host, self._port, timeout=PATIENCE, source_address=(self.address, 0))
        named = {**({"cookie": f"visitor={self.cookie}"} if self.cookie else {}), **(headers or {})}
        self.requests += 1
        self.sent += len(path) + len(body or b"") + sum(len(name) + len(value) for name, value in named.items())
        try:
            web.request(method or ("GET" if body is None else "POST"), path, body, named)
            reply = web.getresponse()
            status, said = reply.status, reply.read() if read < 0 else reply.read(read)
        except (OSError, http.client.HTTPException):
            status, said = 0, b""
        finally:
            web.close()
        self.answers[status] = self.answers.get(status, 0) + 1
        return status, said

    def open(self, sent: bytes = b"") -> socket.socket | None:
        """A connection on which so much was sent; None where the page takes none."""
        self.requests += 1
        self.sent += len(sent)
        try:
            one = socket.create_connection((self._host, self._port), 20, source_address=(self.address, 0))
            one.sendall(sent)
        except OSError:
            self.answers[0] = self.answers.get(0, 0) + 1
            return None
        return one

    def explain(self, data: bytes, question: str = "") -> int:
        """The status of the plain route's answer."""
        return self.ask(f"/api/explain{question}", data)[0]

    def upload(self, data: bytes, name: str = "a.png") -> dict[str, Any] | None:
        """An uploaded file as endpoints want it; None where it was refused."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        status, said = self.ask("/gradio_api/upload", body, FORM)
        return {"path": json.loads(said)[0], "meta": META} if status == 200 else None

    def call(self, endpoint: str, values: Sequence[Any], read: bool = True) -> int:
        """The status of a question to an endpoint; its answer is waited for, unless nobody is to `read` it."""
        body = json.dumps({"data": list(values)}, ensure_ascii=False).encode()
        status, said = self.ask(f"/gradio_api/call/{endpoint}", body, JSON)
        if status == 200 and read:
            self.ask(f"/gradio_api/call/{endpoint}/{json.loads(said)['event_id']}")
            self.requests -= 1  # the same question
        return status
