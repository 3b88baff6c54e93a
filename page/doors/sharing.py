"""Pages of other sites read nothing here: what would let them is taken out of every answer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio sends these to any site that asks, unless the page is asked for by the name localhost.
SHARING = b"access-control-"


class Unshared:
    """ASGI middleware, around all of Gradio's app: its own middleware lies outside of any that it is given."""

    def __init__(self, app: ASGIApp) -> None:
        """Answer as `app` does, but for others' pages."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""

        async def keeping(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [each for each in message.get("headers", ()) if not each[0].lower().startswith(SHARING)]
                message = {**message, "headers": own}
            await send(message)

        await self.app(scope, receive, keeping)
