"""What Gradio keeps of a session in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from gradio import state_holder

from page.patches.facts import Takes, Uses
from page.patches.patch import Patch, first, replace

if TYPE_CHECKING:  # none of them is needed to say that they are gone
    from gradio.blocks import Block, Blocks, BlocksConfig
    from gradio.state_holder import SessionState


@dataclass(frozen=True)
class _Bare:
    """A site of which a session describes no components to itself."""

    default_config: "BlocksConfig"
    blocks: "ClassVar[Mapping[int, Block]]" = MappingProxyType({})


def describe_nothing() -> None:
    """Let new sessions describe no components to themselves."""
    begin = first(state_holder.SessionState, "__init__")

    def begin_bare(self: "SessionState", blocks: "Blocks") -> None:
        begin(self, _Bare(blocks.default_config))

    replace(state_holder.SessionState, "__init__", begin_bare)


def keep_no_values() -> None:
    """Let sessions keep no values of components."""

    def keep_nothing(self: "SessionState", key: int, value: object) -> None:
        return None

    replace(state_holder.SessionState, "_update_value_in_config", keep_nothing)


SESSION = "gradio.state_holder:SessionState"
PATCHES = (
    Patch(
        "descriptions in sessions",
        "Each new name of a session takes 50 ms of the loop that serves the page, and 260 KB, for a feature that is "
        "shut here (/deep_link); anybody can make names up.",
        "gradio/state_holder.py",
        (
            Takes(f"{SESSION}.__init__", "self, blocks"),
            Uses(f"{SESSION}.__init__", ("default_config", "config_values", "config_for_block", "blocks")),
            Uses("gradio.state_holder:StateHolder.__getitem__", ("SessionState",)),
        ),
        describe_nothing,
    ),
    Patch(
        "values in sessions",
        "Hundreds of sessions keep their last answers whole, with the picture, for the same feature.",
        "gradio/state_holder.py",
        (
            Takes(f"{SESSION}._update_value_in_config", "self, key, value"),
            Uses("gradio.blocks:Blocks", ("_update_value_in_config",)),
        ),
        keep_no_values,
    ),
    Patch(
        "ends of sessions",
        "A visit that is over stays in memory until many others have come; the page drops it itself (page/visits.py).",
        "gradio/state_holder.py",
        (
            Uses("gradio.state_holder:StateHolder.__init__", ("session_data", "time_last_used", "lock")),
            Uses("gradio.blocks:BlocksConfig.__init__", ("blocks", "fns")),
            Uses("gradio.blocks:Blocks.__init__", ("temp_file_sets", "default_config")),
        ),
    ),
)
