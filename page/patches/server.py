"""What the page's server (`page.serving`) and its connections (`page.doors.connections`) need to be so."""

from page.patches.facts import Has, Takes, Uses
from page.patches.patch import Patch

PROTOCOL = "uvicorn.protocols.http.h11_impl:H11Protocol"

PATCHES = (
    Patch(
        "the start of the server",
        "Gradio asks itself over HTTP, by a name and through the environment's proxies, whether it has started, and "
        "gives up on a busy machine; the page takes its port first, and tells Gradio that it runs already.",
        "gradio/blocks.py",
        (
            Uses(
                "gradio.blocks:Blocks.launch",
                (
                    "is_running",
                    "local_url",
                    "local_api_url",
                    "server_name",
                    "server_port",
                    "protocol",
                    "is_colab",
                    "is_hosted_notebook",
                    "server_app",
                    "_frontend",
                    "app_kwargs",
                    "prevent_thread_lock",
                ),
            ),
            Uses("gradio.blocks:Blocks.close", ("server", "close", "is_running")),
            Uses("gradio.processing_utils:_check_allowed", ("has_launched",)),
            Takes("gradio.queueing:Queue.set_server_app", "self, app"),
            Takes("gradio.utils:colab_check", ""),
        ),
    ),
    Patch(
        "the events of the start",
        "Gradio begins to hand out events when somebody asks for an address; nothing asked before that is answered.",
        "gradio/routes.py",
        (
            Takes("gradio.blocks:Blocks.run_startup_events", "self"),
            Takes("gradio.blocks:Blocks.run_extra_startup_events", "self", awaited=True),
            Uses("gradio.routes:App.create_app", ("startup_events_triggered", "lifespan")),
            Takes("gradio.routes:App.get_blocks", "self"),
        ),
    ),
    Patch(
        "the thread of the server",
        "The page says that it is ready before it is, and what the loop has to say never reaches the log.",
        "uvicorn/server.py",
        (
            Takes("uvicorn:Server.startup", "self, sockets", awaited=True),
            Takes("uvicorn:Server.run", "self, sockets"),
            Uses("uvicorn:Server.__init__", ("started", "should_exit")),
        ),
        package="uvicorn",
    ),
    Patch(
        "the connections",
        "One address takes every connection, and those that say nothing, or read nothing, stay for ever.",
        "uvicorn/protocols/http/h11_impl.py",
        (
            Takes(f"{PROTOCOL}.connection_made", "self, transport"),
            Takes(f"{PROTOCOL}.connection_lost", "self, exc"),
            Takes(f"{PROTOCOL}.data_received", "self, data"),
            Takes(f"{PROTOCOL}.on_response_complete", "self"),
            Takes(f"{PROTOCOL}.pause_writing", "self"),
            Takes(f"{PROTOCOL}.resume_writing", "self"),
            Takes(f"{PROTOCOL}.send_400_response", "self, msg"),
            Takes(f"{PROTOCOL}.shutdown", "self"),
            Uses(f"{PROTOCOL}.__init__", ("conn", "cycle", "headers", "loop", "transport")),
            Uses("uvicorn.protocols.http.h11_impl:RequestResponseCycle.__init__", ("response_complete",)),
            Takes("uvicorn.protocols.utils:get_remote_addr", "transport"),
        ),
        package="uvicorn",
    ),
    Patch(
        "the pieces of a connection",
        "A quarter of a megabyte is read at once, and a head of that size takes seconds of the one thread that serves "
        "everybody.",
        "asyncio/selector_events.py",
        (
            Has("asyncio.selector_events:_SelectorSocketTransport", ("max_size",)),
            Uses("asyncio.selector_events:_SelectorSocketTransport", ("max_size", "recv")),
        ),
        package="python",
    ),
)
