"""Every route of the real app is open or closed because somebody said so: a new one of Gradio's fails here."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from gradio.routes import App
from starlette.routing import Route

from page.doors.routes import OPEN, READ, SEND, allowed, opened

# Every path that Gradio 6.31 serves to a page with these settings, with its methods; a star marks what is open.
ROUTES = """
GET      * /
HEAD     * /
GET      * /assets/{path:path}
GET      * /config
GET      * /config/
GET      * /favicon.ico
POST       /gradio_api/api/{api_name}
POST       /gradio_api/api/{api_name}/
GET      * /gradio_api/app_id
GET      * /gradio_api/app_id/
POST     * /gradio_api/call/v2/{api_name}
POST     * /gradio_api/call/v2/{api_name}/
GET      * /gradio_api/call/v2/{api_name}/{event_id}
POST     * /gradio_api/call/{api_name}
POST     * /gradio_api/call/{api_name}/
GET      * /gradio_api/call/{api_name}/{event_id}
POST     * /gradio_api/cancel
POST       /gradio_api/component_server
POST       /gradio_api/component_server/
GET        /gradio_api/custom_component/{id}/{environment}/{type}/{file_name}
GET        /gradio_api/deep_link
GET        /gradio_api/dev/reload
GET      * /gradio_api/file/{path:path}
GET      * /gradio_api/file={path_or_url:path}
HEAD     * /gradio_api/file={path_or_url:path}
GET      * /gradio_api/heartbeat/{session_hash}
GET      * /gradio_api/info
GET      * /gradio_api/info/
GET        /gradio_api/login_check
GET        /gradio_api/login_check/
GET        /gradio_api/openapi.json
POST       /gradio_api/process_recording
GET        /gradio_api/proxy={url_path:path}
HEAD       /gradio_api/proxy={url_path:path}
GET      * /gradio_api/queue/data
POST     * /gradio_api/queue/join
GET        /gradio_api/queue/status
POST     * /gradio_api/reset
POST     * /gradio_api/reset/
POST       /gradio_api/run/{api_name}
POST       /gradio_api/run/{api_name}/
GET        /gradio_api/runs
GET        /gradio_api/runs/
GET      * /gradio_api/startup-events
POST       /gradio_api/stream/{event_id}
POST       /gradio_api/stream/{event_id}/close
GET        /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file
GET        /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8
GET        /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}
GET        /gradio_api/theme.css
GET        /gradio_api/token
GET        /gradio_api/token/
POST       /gradio_api/undo-vibe-edit
POST       /gradio_api/undo-vibe-edit/
POST     * /gradio_api/upload
GET      * /gradio_api/upload_progress
GET        /gradio_api/user
GET        /gradio_api/user/
GET        /gradio_api/vibe-code
POST       /gradio_api/vibe-code
GET        /gradio_api/vibe-code/
POST       /gradio_api/vibe-code/
POST       /gradio_api/vibe-edit
POST       /gradio_api/vibe-edit/
POST       /gradio_api/vibe-starter-queries
POST       /gradio_api/vibe-starter-queries/
POST       /login
POST       /login/
GET        /logout
GET      * /manifest.json
GET        /monitoring
GET        /monitoring/summary
GET        /monitoring/{key}
GET,HEAD   /openapi.json
GET        /pwa_icon
GET        /pwa_icon/{size}
GET      * /robots.txt
GET      * /static/{path:path}
GET        /svelte/{path:path}
GET      * /theme.css
"""


def site() -> App:
    with gr.Blocks(analytics_enabled=False) as made:
        gr.Textbox()
    made.queue(api_open=False)
    made.run_history = False
    return App.create_app(made)


def walked(routes: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for route in routes:
        if hasattr(route, "path"):
            yield ",".join(sorted(route.methods or ())), route.path
        else:  # a router inside
            yield from walked(route.original_router.routes, prefix)


def filled(path: str) -> str:
    """A path with something in the place of its parameters."""
    for parameter, value in {
        "path_or_url:path": "/a/b.png",
        "url_path:path": "a",
        "path:path": "a.js",
        "session_hash": "abc",
        "event_id": "abc",
        "api_name": "explain",
    }.items():
        path = path.replace(f"{{{parameter}}}", value)
    return path.replace("{", "").replace("}", "")


def listed() -> dict[tuple[str, str], bool]:
    told: dict[tuple[str, str], bool] = {}
    for line in ROUTES.strip().splitlines():
        methods, star, path = line.rpartition(" ")[0].split()[0], "*" in line, line.split()[-1]
        told[methods, path] = star
    return told


def test_every_route_is_listed_as_open_or_closed() -> None:
    assert sorted(walked(site().routes)) == sorted(listed())


@pytest.mark.parametrize(("methods", "path"), sorted(listed()))
def test_route_is_as_it_is_listed(methods: str, path: str) -> None:
    found = allowed(OPEN, filled(path))
    if listed()[methods, path]:
        assert found is not None
        assert set(methods.split(",")) <= found
    else:
        assert found is None


@pytest.mark.parametrize("path", ["/a", "/gradio_api/a", "/gradio_api", "/gradio_api/", "", "/assets/", "/static/../a"])
def test_what_is_not_listed_is_closed(path: str) -> None:
    assert allowed(OPEN, path) is None or path == "/static/../a"  # which Gradio refuses itself


@pytest.mark.parametrize("letter", ["\0", "\n", "%", "é", " ", "\\", "?"])
def test_names_of_gradios_files_have_plain_letters(letter: str) -> None:
    assert allowed(OPEN, f"/assets/a{letter}b.js") is None
    assert allowed(OPEN, "/assets/" + "a" * 201) is None


def test_routes_of_the_page_are_open_to_their_methods() -> None:
    def nothing() -> None: ...

    open_ = opened([Route("/own/{name:path}", nothing), Route("/sent", nothing, methods=["POST"])])  # type: ignore[arg-type]
    assert allowed(open_, "/own/a/b") == READ
    assert allowed(open_, "/sent") == SEND
    assert allowed(open_, "/sent/") is None
    assert allowed(opened([]), "/sent") is None
