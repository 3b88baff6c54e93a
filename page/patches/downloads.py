"""Nothing is fetched for a visitor."""

from gradio import processing_utils

from page.patches.facts import Takes, Uses
from page.patches.patch import Patch, replace


def fetch_nothing() -> None:
    """Let Gradio fetch no address, whatever names one."""

    async def async_ssrf_protected_download(url: str, cache_dir: str) -> str:
        raise PermissionError("nothing is fetched for a visitor")

    replace(processing_utils, "async_ssrf_protected_download", async_ssrf_protected_download)


DOWNLOAD = "async_ssrf_protected_download"
PATCHES = (
    Patch(
        "the download of addresses",
        "A second wall: the doors refuse a request that names an address as a file, but an answer that repeats what a "
        "request said would make the server fetch from there, any number of bytes.",
        "gradio/processing_utils.py",
        (
            Takes(f"gradio.processing_utils:{DOWNLOAD}", "url, cache_dir", awaited=True),
            Uses("gradio.processing_utils:ssrf_protected_download", (DOWNLOAD,)),
            Uses("gradio.blocks:Block.async_move_resource_to_block_cache", (DOWNLOAD,)),
        ),
        fetch_nothing,
    ),
)
