"""Who is being served: at most so many requests at once, and fewer of one address."""

from collections import Counter


class Places:
    """Counts what is being served. As it can't be stopped, some places are kept free for other addresses.

    Of the last quarter each address gets one place, if it has no other: who comes into a flood of several need not wait
    until something of theirs is done.
    """

    def __init__(self, at_once: int, each: int | None = None) -> None:
        """So many places in all, and for one address; None for half of them."""
        self.at_once = at_once
        self.each = each or max(1, at_once // 2)
        self.kept_free = at_once // 4
        self._taken: Counter[str] = Counter()

    def free_for(self, address: str) -> bool:
        """Whether one more of an address may be served."""
        own = self._taken[address]
        return own < self.each and self.taken < self.at_once - (self.kept_free if own else 0)

    def has(self, address: str) -> bool:
        """Whether anything of an address is served."""
        return self._taken[address] > 0

    def take(self, address: str) -> None:
        """One more of an address is served."""
        self._taken[address] += 1

    def give_back(self, address: str) -> None:
        """One less of an address is served."""
        self._taken[address] -= 1
        self._taken += Counter()  # forgets who has left

    @property
    def taken(self) -> int:
        """How many are served."""
        return self._taken.total()
