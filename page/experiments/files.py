"""The scripts, looks and sentences of the experiments and of teaching, which a browser fetches only when a visitor
opens them."""

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from page.experiments import EXPERIMENTS
from page.words import Words

HERE = Path(__file__).parent
PATH = "/parts/{name:path}"
SENTENCES = "sentences"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
# A browser asks each time whether what it has is still the newest: the page and its parts must fit together.
FRESH = {"cache-control": "no-cache"}


class Files:
    """The route: files of these types below this folder, those that experiments name, and nothing else."""

    def __init__(self, words: Words, others: Mapping[str, Path] | None = None) -> None:
        """List the files; the sentences of every experiment with a script come from `words`. `others` are folders
        elsewhere, by the names that they have behind this door."""
        self._known = {path.relative_to(HERE).as_posix(): path for path in HERE.rglob("*") if path.suffix in TYPES}
        for each in EXPERIMENTS:
            for name, folder in each.folders.items():
                self._known |= {f"{each.name}/{name}/{path.name}": path for path in folder.iterdir()}
        # Before others come: an endpoint may have the name of a folder elsewhere, and is no test of the page.
        scripted = [each.name for each in EXPERIMENTS if f"{each.name}/{each.name}.js" in self._known]
        for name, folder in (others or {}).items():
            self._known |= {f"{name}/{path.name}": path for path in folder.iterdir() if path.suffix in TYPES}
        self._scripted, self._words = scripted, words

    def answer(self, request: Request) -> Response:
        """The file of this name; 404 for any other."""
        name = request.path_params["name"]
        if name == SENTENCES:
            return JSONResponse({name: self._words.section(name) for name in self._scripted}, headers=FRESH)
        path = self._known.get(name)
        if path is None:
            return Response(status_code=404)
        return FileResponse(path, media_type=TYPES[path.suffix], headers=FRESH)
