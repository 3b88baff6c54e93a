"""What one address may cost in a minute, in seconds of a processor, while others are there."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from models.problems import Problem

MINUTE = 60.0
KEPT = 10_000  # addresses that are remembered, those that were here last


class TooFast(Problem):
    """An address asked for more than it may in a minute."""

    key = "server.too_fast"


@dataclass(eq=False)
class _Account:
    spent: float  # seconds of a processor that are not made up for yet
    at: float


class Budget:
    """Each address can spend a minute's worth at once, and gets it back evenly in the course of a minute.

    An address that is the only one is never refused, since it takes nothing from others.
    """

    def __init__(self, each_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`each_minute` seconds of a processor are one address's; `clock` tells the time in seconds."""
        self.each_minute = each_minute
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def came(self, address: str) -> None:
        """Note that an address has asked for something: the others are not the only ones any more."""
        self._account(address)

    def charge(self, address: str, seconds: float) -> None:
        """Charge an address for what was computed for it."""
        self._account(address).spent += seconds

    def wait(self, address: str) -> float:
        """In how many seconds an address may ask again: 0 while it is within its budget, or the only one."""
        over = self._account(address).spent - self.each_minute
        return MINUTE * over / self.each_minute if over > 0 and self._others(address) else 0.0

    def _account(self, address: str) -> _Account:
        now = self._clock()
        account = self._accounts.pop(address, None) or _Account(0.0, now)
        account.spent = max(0.0, account.spent - (now - account.at) * self.each_minute / MINUTE)
        account.at = now
        self._accounts[address] = account
        if len(self._accounts) > KEPT:
            self._accounts.popitem(last=False)
        return account

    def _others(self, address: str) -> bool:
        """Whether another address has asked within a minute; the last one that did is at the end of `_accounts`."""
        since = self._clock() - MINUTE
        last = (name for name in reversed(self._accounts) if name != address)
        other = next(last, None)
        return other is not None and self._accounts[other].at >= since
