"""What the page's scripts and styles call by name of the page that Gradio draws: one table for all of them.

Scripts are given the selectors by the server (`seewhy.given.selectors`); styles name the same things themselves, and a
test holds them to this table.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Selector:
    """One thing of Gradio's on the page.

    `selector` finds it, in the state of the page that `seen` names; `built` must stand in Gradio's scripts or styles.
    """

    name: str
    selector: str
    why: str
    built: tuple[str, ...]
    seen: str = "start"


# What scripts look for, by the name that they know it by.
FOR_SCRIPTS = (
    Selector(
        "chooser",
        "#picture input[type=file]",
        "a picture that was pasted, dropped or chosen is handed over there",
        ('data-testid="file-upload"', 'type="file"'),
    ),
    Selector(
        "from_camera",
        '#picture button[aria-label="Capture from camera"]',
        "the page's own button for the camera presses it",
        ('aria-label="Capture from camera"',),
    ),
    Selector(
        "allow_camera",
        '#picture [title="grant webcam access"] button',
        "the visitor has allowed the camera already, and need not press twice",
        ('title="grant webcam access"',),
        "camera",
    ),
    Selector(
        "from_file",
        '#picture button[aria-label="Upload file"]',
        "the way back from the camera, which goes off then",
        ('aria-label="Upload file"',),
        "camera",
    ),
    Selector(
        "models",
        "#model input",
        "the title of a model that is on its way stands beside its button",
        ('type="radio"',),
        "answer",
    ),
    Selector(
        "message",
        ".toast-body",
        "a message of Gradio's is replaced by one that says what to do",
        ("toast-body",),
        "message",
    ),
    Selector(
        "close_message",
        ".toast-body button",
        "what earlier messages said is over, and goes",
        ("toast-close",),
        "message",
    ),
    Selector(
        "message_head",
        ".toast-header",
        "Gradio makes a button of it, around the button that closes it, which a screen reader can't tell apart",
        ("toast-header",),
        "message",
    ),
)


def for_scripts() -> dict[str, str]:
    """What scripts are given: selectors by their names."""
    return {each.name: each.selector for each in FOR_SCRIPTS}
