"""The shared modules as one script, since what Gradio starts by itself can't import any."""

import re
from pathlib import Path

HERE = Path(__file__).parent
# Each after those that it imports.
MODULES = ("sentences.js", "requests.js", "maps.js", "palettes.js", "elements.js", "drawing.js", "mirroring.js")
IMPORT = re.compile(r"^import \{[^}]*\} from \"\./(\w+\.js)\";\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function (\w+))", re.MULTILINE)


def joined() -> str:
    """An expression of JavaScript: an object with all that the shared modules export, by its name.

    They stand in one scope there, so no two of them may use a name at their top for different things; that, and that
    they hold no other kind of import or export, is tested.
    """
    texts = [(HERE / name).read_text(encoding="utf-8") for name in MODULES]
    names = [name for text in texts for name in EXPORT.findall(text)]
    bodies = (EXPORT.sub("", IMPORT.sub("", text)) for text in texts)
    return f"(() => {{\n{''.join(bodies)}return {{ {', '.join(names)} }};\n}})()"
