"""What the page itself, its pictures and its uploads override of Gradio's blocks and components."""

from page.patches.facts import Has, Takes, Uses
from page.patches.patch import Patch

BLOCKS = "gradio.blocks:Blocks"
PARSER = "gradio.route_utils:GradioMultiPartParser"

PATCHES = (
    Patch(
        "the description of the page",
        "All visitors read one language: Gradio translates labels, but no values, messages or sentences of its own.",
        "gradio/blocks.py",
        (
            Uses(f"{BLOCKS}.launch", ("config", "get_config_file")),
            Uses("gradio.routes:App.create_app", ("config",)),
            Has("gradio.context:Context", ("id",)),
            Uses("gradio.blocks:Block.__init__", ("_id", "Context", "id")),
            Takes(f"{BLOCKS}.get_config_file", "self"),
            Uses(f"{BLOCKS}.__exit__", ("exc_type", "config", "get_config_file")),
        ),
    ),
    Patch(
        "the values of a request",
        "A request with a value of another kind fails with a traceback, a path outside of the uploads is looked at, "
        "and an address is fetched.",
        "gradio/blocks.py",
        (
            Takes(f"{BLOCKS}.preprocess_data", "self, block_fn, inputs, state, explicit_call", awaited=True),
            Uses(f"{BLOCKS}.process_api", ("preprocess_data",)),
            Takes("gradio_client.utils:is_file_obj_with_meta", "d"),
            Uses("gradio.processing_utils:async_move_files_to_cache", ("is_file_obj_with_meta", "async_traverse")),
            Has("gradio.exceptions", ("InvalidPathError",)),
        ),
    ),
    Patch(
        "the doors for pictures",
        "Gradio opens pictures of any size and any path, and tells visitors only “Error” of those that it can't read.",
        "gradio/components/image.py",
        (
            Takes("gradio.components.image:Image.preprocess", "self, payload"),
            Takes("gradio.components.image:Image.postprocess", "self, value"),
            Takes("gradio.components.file:File.preprocess", "self, payload"),
            Takes("gradio.components.base:Component.get_config", "self, cls"),
            Takes("gradio.blocks:Block.get_block_name", "self"),
            Takes("gradio.utils:get_upload_folder", ""),
        ),
    ),
    Patch(
        "the taps that an event carries",
        "Handlers learn of a tap what the script sent along: the number of an example, or an experiment's question.",
        "gradio/events.py",
        (Uses("gradio.events:EventData.__init__", ("_data",)),),
    ),
    Patch(
        "the form of an upload",
        "An upload that is broken off leaves its file for ever, and a form without a file fails with a traceback.",
        "gradio/route_utils.py",
        (
            Takes(f"{PARSER}.on_headers_finished", "self"),
            Takes(f"{PARSER}.on_end", "self"),
            Takes(f"{PARSER}.parse", "self", awaited=True),
            Uses(f"{PARSER}.__init__", ("_current_part", "_files_to_close_on_error", "upload_dir", "max_file_size")),
            Uses(f"{PARSER}.on_headers_finished", ("file", "field_name", "_files_to_close_on_error")),
            Uses(f"{PARSER}.parse", ("File size exceeded maximum allowed size of ",)),
            Has("gradio.route_utils", ("GradioUploadFile",)),
            Takes("gradio_client.utils:strip_invalid_filename_characters", "filename, max_bytes"),
        ),
    ),
    Patch(
        "the place of the page",
        "The page is made anew for each visitor, 30 ms of the one thread that answers everybody: what differs is only "
        "the address that they see it at.",
        "gradio/route_utils.py",
        (
            Takes("gradio.route_utils:get_root_url", "request, route_path, root_path"),
            Uses("gradio.routes:App.create_app", ("get_root_url", "root_path")),
        ),
    ),
    Patch(
        "the addresses of Gradio's routes",
        "Every door stands at an address of Gradio's: one that moved would be open without its door, or shut.",
        "gradio/routes.py",
        (
            Uses(
                "gradio.routes:App.create_app",
                (
                    "/config",
                    "/info",
                    "/app_id",
                    "/startup-events",
                    "/heartbeat/{session_hash}",
                    "/upload",
                    "/upload_progress",
                    "/file={path_or_url:path}",
                    "/queue/join",
                    "/queue/data",
                    "/cancel",
                    "/reset",
                    "/call/{api_name}",
                    "/call/{api_name}/{event_id}",
                    "/call/v2/{api_name}",
                    "/assets/{path:path}",
                    "/static/{path:path}",
                    "/theme.css",
                ),
            ),
            Has("gradio.route_utils", ("API_PREFIX",)),
        ),
    ),
)
