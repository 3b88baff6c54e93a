"""What the page's scripts and styles call by name of the page that Gradio draws: one table for all of them.

Scripts are given the selectors by the server (`seewhy.given.selectors`); styles name the same things themselves, and a
test holds them to this table.
"""

from dataclasses import dataclass

from page.patches.facts import Says, Styles
from page.patches.patch import Patch


@dataclass(frozen=True)
class Selector:
    """One thing of Gradio's on the page.

    `selector` finds it, in the state of the page that `seen` names, `why` tells what the page would lose, and `built`
    must stand in Gradio's scripts, or, with a dot before it, as a class in its styles.
    """

    name: str
    selector: str
    why: str
    built: tuple[str, ...]
    seen: str = "start"

    @property
    def patch(self) -> Patch:
        """The same, among all patches."""
        classes = tuple(each for each in self.built if each.startswith("."))
        texts = tuple(each for each in self.built if not each.startswith("."))
        facts = (*([Styles(classes)] if classes else ()), *([Says(texts)] if texts else ()))
        return Patch(f"selector {self.name}", self.why, "js", facts)


# What scripts look for, by the name that they know it by.
FOR_SCRIPTS = (
    Selector(
        "chooser",
        "#picture input[type=file]",
        "A picture that was pasted, dropped or chosen is handed over there.",
        ("file-upload", 'type="file"'),
    ),
    Selector(
        "from_camera",
        '#picture button[aria-label="Capture from camera"]',
        "The page's own button for the camera presses it.",
        ('aria-label="Capture from camera"',),
    ),
    Selector(
        "allow_camera",
        '#picture [title="grant webcam access"] button',
        "The visitor has allowed the camera already, and need not press twice.",
        ('title="grant webcam access"',),
        "asking",
    ),
    Selector(
        "film",
        "#picture video",
        "What was shot does not stay in sight until its answer comes, and the camera's picture is no mirror.",
        ("<video",),
        "camera",
    ),
    Selector(
        "shutter",
        '#picture button[aria-label="capture photo"]',
        "The shutter is a small square that fingers miss, it has an English name, and at a kiosk nobody counts down.",
        ("`capture photo`",),
        "camera",
    ),
    Selector(
        "from_file",
        '#picture button[aria-label="Upload file"]',
        "The way back from the camera, which goes off then.",
        ('aria-label="Upload file"',),
        "camera",
    ),
    Selector(
        "models",
        "#model input",
        "The title of a model that is on its way stands beside its button.",
        ('type="radio"',),
        "more",
    ),
    Selector(
        "choices",
        "#target [role=listbox]",
        "Tab stops at the whole list below the field, and not at what can be used.",
        ('role="listbox"',),
        "asking for a word",
    ),
    Selector(
        "message",
        ".toast-body",
        "A message of Gradio's is replaced by one that says what to do; all look the same.",
        (".toast-body",),
        "message",
    ),
    Selector(
        "close_message",
        ".toast-body button",
        "What earlier messages said is over, and goes.",
        (".toast-close",),
        "message",
    ),
    Selector(
        "message_head",
        ".toast-header",
        "Gradio makes a button of it, around the button that closes it, which no screen reader can tell apart.",
        (".toast-header",),
        "message",
    ),
)

# What styles name.
FOR_STYLES = (
    Selector("page", "gradio-app", "The paper of the page is white at its edges.", ("gradio-app",)),
    Selector(
        "container", ".gradio-container", "The page has Gradio's letters, colours and width.", ("gradio-container",)
    ),
    Selector("dark", ".dark", "Whoever's system is dark is dazzled.", (".dark",), "dark"),
    Selector("main", ".gradio-container .main", "The page has margins of another width on each size.", (".main",)),
    Selector("wrap", ".gradio-container .main > .wrap", "The page has a second margin.", (".wrap",)),
    Selector("contain", ".gradio-container .contain", "The page has a third margin.", (".contain",)),
    Selector("column", ".gradio-container .contain > .column", "Gaps stand around what is hidden.", (".column",)),
    Selector(
        "html",
        "#viewer > .html-container > div",
        "On a phone, the answer comes below all the tools, and pieces have a frame.",
        (".html-container",),
        "answer",
    ),
    Selector("block", ".gradio-container .block", "Pieces have a frame and a margin.", (".block",)),
    Selector(
        "direction",
        ".gradio-container .block[dir=ltr]",
        "Right to left, Arabic begins at the wrong side.",
        (".block", "`dir`"),
    ),
    Selector(
        "tracker",
        '[data-testid="status-tracker"].hide',
        "Gradio's hidden sign of waiting takes room.",
        ('data-testid="status-tracker"', ".hide"),
        "answer",
    ),
    Selector(
        "shutter_icon",
        '#picture button[aria-label="capture photo"] .icon',
        "The shutter's sign is lost in it.",
        (".icon",),
        "camera",
    ),
    Selector(
        "shutter_row",
        "#picture .button-wrap",
        "The shutter can be pressed before the camera's first frame, and the shot is lost.",
        (".button-wrap",),
        "camera",
    ),
    Selector(
        "sources",
        "#picture .source-selection",
        "Small buttons of Gradio's stand under the page's own.",
        (".source-selection",),
        "camera",
    ),
    Selector("drawer", "#more > button", "The drawer is 20 pixels high.", (".label-wrap",), "answer"),
    Selector("drawer_icon", "#more > button .icon", "The drawer has two arrows.", (".icon",), "answer"),
    Selector("drawer_open", "#more > button.open", "The open drawer's arrow points down.", (".open",), "more"),
    Selector("form", "#more .form", "Questions in the drawer have a frame around all of them.", (".form",), "more"),
    Selector("choice", "#more .wrap label", "Choices are smaller than a finger.", (".wrap",), "more"),
    Selector("typed", "#target .wrap", "Nothing shows where one types.", (".wrap",), "more"),
    Selector("typed_inside", "#target .wrap-inner", "The field is far too high.", (".wrap-inner",), "more"),
    Selector("messages", ".toast-wrap", "Messages cover the button that starts again.", (".toast-wrap",), "message"),
    Selector("message_item", ".toast-item", "Messages are wider than a phone.", (".toast-item",), "message"),
    Selector("message_icon", ".toast-body .toast-icon", "Messages have a red sign.", (".toast-icon",), "message"),
    Selector(
        "message_title", ".toast-body .toast-title-row", "Messages say “Error”.", (".toast-title-row",), "message"
    ),
    Selector(
        "message_texts", ".toast-body .toast-messages", "Long messages are cut off.", (".toast-messages",), "message"
    ),
    Selector(
        "message_one",
        ".toast-body .toast-message-item",
        "Messages are red on yellow, and hard to read.",
        (".toast-message-item",),
        "message",
    ),
    Selector(
        "message_text",
        ".toast-body .toast-message-text",
        "Messages are red on yellow, and hard to read.",
        (".toast-message-text",),
        "message",
    ),
    Selector("message_close", ".toast-body .toast-close", "Fingers miss the cross.", (".toast-close",), "message"),
    Selector("message_time", ".toast-body .timer", "The time left is a red line.", (".timer",), "message"),
)

# Gradio's own controls take their colours and sizes from these, which look.css sets.
PROPERTIES = (
    "--background-fill-primary",
    "--background-fill-secondary",
    "--block-background-fill",
    "--block-border-width",
    "--block-info-text-color",
    "--block-info-text-size",
    "--block-label-text-color",
    "--block-padding",
    "--block-shadow",
    "--block-title-text-color",
    "--block-title-text-size",
    "--block-title-text-weight",
    "--body-background-fill",
    "--body-text-color",
    "--body-text-color-subdued",
    "--border-color-accent",
    "--border-color-primary",
    "--checkbox-background-color",
    "--checkbox-background-color-selected",
    "--checkbox-border-color",
    "--checkbox-border-color-selected",
    "--checkbox-label-background-fill",
    "--checkbox-label-background-fill-hover",
    "--checkbox-label-background-fill-selected",
    "--checkbox-label-border-color",
    "--checkbox-label-border-color-selected",
    "--checkbox-label-border-width",
    "--checkbox-label-padding",
    "--checkbox-label-text-color",
    "--checkbox-label-text-color-selected",
    "--color-accent",
    "--color-accent-soft",
    "--input-background-fill",
    "--input-border-color",
    "--input-border-width",
    "--input-placeholder-color",
    "--input-radius",
    "--input-text-size",
    "--panel-border-width",
    "--radius-lg",
    "--text-lg",
    "--text-md",
    "--text-sm",
)

CLIENT = Patch(
    "requests of Gradio's script",
    "The page's scripts around `fetch` see a question, an upload and their ends: without them a lost answer is told in "
    "Gradio's words, a question that was let go still comes, a kiosk's visit can't be ended, and a picture that was "
    "deleted meanwhile is not sent again.",
    "client/js/src",
    (Says(("queue/join", "queue/data", "`cancel`", "`reset`", "?upload_id=", "session_hash", "fn_index", "event_id")),),
)


def for_scripts() -> dict[str, str]:
    """What scripts are given: selectors by their names."""
    return {each.name: each.selector for each in FOR_SCRIPTS}


PATCHES = (
    *(each.patch for each in (*FOR_SCRIPTS, *FOR_STYLES)),
    Patch("colours and sizes", "Gradio's controls have Gradio's colours and sizes.", "js", (Styles(PROPERTIES),)),
    CLIENT,
)
