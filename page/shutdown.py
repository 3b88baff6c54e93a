"""The end of the process: new requests are refused, and those that run get some seconds to be answered."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable

log = logging.getLogger("seewhy")

PATIENCE = 7.0  # seconds for what runs; service managers often kill ten seconds after the signal
LAST_WORDS = 0.3  # seconds for the last answers to leave
MANY_WORDS = 1.0  # where many have to be told that theirs will not come


class Shutdown:
    """Waits for SIGTERM or SIGINT."""

    def __init__(
        self,
        close: Callable[[], None],
        busy: Callable[[], bool],
        stop: Callable[[], None],
        give_up: Callable[[], None] = lambda: None,
    ) -> None:
        """`close` refuses new requests, `busy` tells whether any still runs, `give_up` tells those so that they end,
        `stop` ends the server."""
        self.close = close
        self.busy = busy
        self.stop = stop
        self.give_up = give_up

    def wait(self) -> None:
        """Wait for the signal, in the main thread, then for what runs, and end the process."""
        asked = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: asked.set())
        asked.wait()
        self.finish()
        for child in multiprocessing.active_children():
            child.kill()  # a forked one has this process's handler of SIGTERM, and would not end
        logging.shutdown()
        # Not by returning: Python would wait for threads, and one that is stuck would keep the process for ever.
        os._exit(0)

    def finish(self, patience: float = PATIENCE) -> bool:
        """Let what runs be answered, or told after so many seconds that it will not be; whether all of it was."""
        self.close()
        deadline = time.monotonic() + patience
        while self.busy() and time.monotonic() < deadline:
            time.sleep(0.05)
        done = not self.busy()
        log.info("stopping" if done else "stopping, and something still runs")
        if not done:
            self.give_up()
        time.sleep(LAST_WORDS if done else MANY_WORDS)
        stopping = threading.Thread(target=self.stop, daemon=True)
        stopping.start()
        stopping.join(1)
        return done
