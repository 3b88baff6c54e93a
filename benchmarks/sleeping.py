"""What a stand-in replica has in place of a device."""

import asyncio

BATCH = 8  # pictures that it takes together


class SleepingDevice:
    """Sleeps as long as a device would compute."""

    def __init__(self, seconds: float) -> None:
        """It takes `seconds` for a batch."""
        self.seconds = seconds
        self._free = asyncio.Lock()
        self._waiting: list[asyncio.Future[None]] = []

    async def compute(self) -> None:
        """Return when one picture is done.

        Whoever waits when the device is free goes together, as in `explainer.engines.batched`. Ray Serve's own batches
        are made while the device is busy, of the few that came in a moment.
        """
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        async with self._free:
            if mine.done():
                return
            together, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            await asyncio.sleep(self.seconds)
            for each in together:
                if not each.done():
                    each.set_result(None)
