"""The type stubs that Gradio writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from gradio import component_meta

from page.patches.facts import Takes, Uses
from page.patches.patch import Patch


@contextmanager
def unwritten() -> Iterator[None]:
    """Define components inside of this `with`, and their folder stays as it is on disk."""
    write = component_meta.create_or_modify_pyi
    component_meta.create_or_modify_pyi = lambda *_: None
    try:
        yield
    finally:
        component_meta.create_or_modify_pyi = write


PATCHES = (
    Patch(
        "type stubs of components",
        "Gradio writes a .pyi file beside the source of every class of a component when it is imported: into the "
        "repository, or into a folder that nobody may write to.",
        "gradio/component_meta.py",
        (
            Takes("gradio.component_meta:create_or_modify_pyi", "component_class, class_name, events"),
            Uses("gradio.component_meta:ComponentMeta.__new__", ("create_or_modify_pyi",)),
        ),
    ),
)
