"""What a replica says of itself before it is asked anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cluster import wire
from page.place import OtherVersion

HELLO = "/hello"


@dataclass(frozen=True)
class Greeting:
    """Its version, what it speaks, the device that it computes on, and the models that it can load or has loaded."""

    version: str
    spoken: int
    device: str
    here: tuple[str, ...]
    loaded: tuple[str, ...]

    def encode(self) -> bytes:
        """As bytes that pages and replicas of every version can read."""
        return wire.encode({key: list(each) if isinstance(each, tuple) else each for key, each in vars(self).items()})

    @classmethod
    def decode(cls, data: bytes) -> "Greeting":
        """Of such bytes. Raises wire.Malformed."""
        told: Mapping[str, Any] = wire.decode(data)
        try:
            return cls(
                str(told["version"]),
                int(told["spoken"]),
                str(told["device"]),
                tuple(map(str, told["here"])),
                tuple(map(str, told["loaded"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise wire.Malformed(str(error)) from error

    def check(self, version: str) -> None:
        """Raises OtherVersion for a page of another version."""
        if (self.version, self.spoken) != (version, wire.SPOKEN):
            raise OtherVersion(page=version, replicas=self.version)
