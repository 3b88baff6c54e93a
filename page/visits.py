"""What Gradio keeps of each visit in memory, the last picture among it, goes when the visit is over."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar

from gradio.blocks import Block, Blocks, BlocksConfig
from gradio.state_holder import SessionState, StateHolder

_begin = SessionState.__init__


@dataclass(frozen=True)
class _Bare:
    """A site of which a session describes no components to itself."""

    default_config: BlocksConfig
    blocks: ClassVar[Mapping[int, Block]] = MappingProxyType({})


def keep_no_values() -> None:
    """Let Gradio's sessions keep no values of components, for this process. May be called again.

    They are for a feature that is shut here (`/deep_link`). Without this each new name of a session took 50 ms of the
    loop that serves the page and 260 KB, and hundreds of sessions kept their last answers whole.
    """

    def begin(self: SessionState, blocks: Blocks) -> None:
        _begin(self, _Bare(blocks.default_config))  # type: ignore[arg-type]

    def update_value(self: SessionState, key: int, value: object) -> None:
        return None

    SessionState.__init__ = begin  # type: ignore[method-assign]
    SessionState._update_value_in_config = update_value  # type: ignore[method-assign]


def forget_visit(holder: StateHolder, session: str) -> None:
    """Drop what is kept of one session. Gradio itself would keep it until many more have come."""
    with holder.lock:
        holder.session_data.pop(session, None)
        holder.time_last_used.pop(session, None)


def forget_visits(holder: StateHolder, seconds: float) -> None:
    """Drop the sessions of which nothing was heard for so long: a page that is still open goes on without."""
    before = datetime.now() - timedelta(seconds=seconds)
    for session, used in list(holder.time_last_used.items()):
        if used < before:
            forget_visit(holder, session)


def forget_files(sets: Iterable[set[str]]) -> None:
    """Drop the names of files that are gone from what Gradio keeps to delete them: it does so only for those that are
    still there."""
    for names in sets:
        names -= {each for each in list(names) if not os.path.exists(each)}
