"""Who owns a session of Gradio's: the browser that used its name first. No other may read or end it."""

from collections import OrderedDict
from collections.abc import Callable

EACH = 50  # sessions that one browser may have; each tab that it opens is one
MOST = 2_000  # names that are remembered in all


class Sessions:
    """Names of sessions by their owners, which are cookies; "" owns those of all programs that keep none.

    For one event loop. Who has too many loses the one that was used longest ago, an idle one where there is one, and so
    does the page as a whole.
    """

    def __init__(
        self,
        forget: Callable[[str], object] = lambda session: None,
        busy: Callable[[str], bool] = lambda session: False,
        each: int = EACH,
        most: int = MOST,
    ) -> None:
        """`forget` hears of each session that is dropped, `busy` tells of which one an answer is still to come."""
        self.forget = forget
        self.busy = busy
        self.each = each
        self.most = most
        self._owner: OrderedDict[str, str] = OrderedDict()  # the one that was used last is the last
        self._of: dict[str, OrderedDict[str, None]] = {}

    def claim(self, session: str, owner: str, single: bool = False) -> bool:
        """Use a session; False where it is somebody else's.

        A `single` one is that of one question asked by name: the line bounds how many of these there are, and one that
        is dropped would lose its answer, so they are not among the owner's own.
        """
        if self._owner.setdefault(session, owner) != owner:
            return False
        self._owner.move_to_end(session)
        if not single:
            mine = self._of.setdefault(owner, OrderedDict())
            mine[session] = None
            mine.move_to_end(session)
            if owner and len(mine) > self.each:
                self._drop(self._oldest(mine))
        if len(self._owner) > self.most:
            self._drop(self._oldest(self._owner))
        return True

    def may_use(self, session: str, owner: str) -> bool:
        """Whether a session is this owner's, or nobody's."""
        return self._owner.get(session, owner) == owner

    def release(self, session: str) -> None:
        """A session is over, and its name is free."""
        owner = self._owner.pop(session, None)
        mine = self._of.get(owner) if owner is not None else None
        if mine is not None:
            mine.pop(session, None)
            if not mine:
                del self._of[str(owner)]

    def __len__(self) -> int:
        return len(self._owner)

    def _oldest(self, sessions: OrderedDict[str, object] | OrderedDict[str, None] | OrderedDict[str, str]) -> str:
        # The newest is the one that is being asked for.
        others = list(sessions)[:-1]
        return next((each for each in others if not self.busy(each)), others[0])

    def _drop(self, session: str) -> None:
        self.release(session)
        self.forget(session)
