"""How far an upload is, by a name that its sender chose: Gradio would remember every name that was ever asked for."""

from collections import Counter

from gradio import routes
from gradio.route_utils import FileUploadProgress

MOST = 256  # uploads that are followed at once


class Progress(FileUploadProgress):
    """Gradio's own record, which forgets: names that nobody waits for, and the oldest uploads."""

    def __init__(self, most: int = MOST) -> None:
        """Follow at most so many uploads."""
        super().__init__()
        self.most = most
        self._waiting: Counter[str] = Counter()

    def track(self, upload_id: str) -> None:
        """Follow an upload."""
        super().track(upload_id)
        while len(self._statuses) > self.most:
            self.stop_tracking(next(iter(self._statuses)))

    async def is_tracked(self, upload_id: str) -> bool:
        """Wait until an upload is followed."""
        self._waiting[upload_id] += 1
        try:
            return await super().is_tracked(upload_id)
        finally:
            self._waiting[upload_id] -= 1
            if not self._waiting[upload_id]:
                del self._waiting[upload_id]
                if upload_id not in self._statuses:
                    self._signals.pop(upload_id, None)

    def stop_tracking(self, upload_id: str) -> None:
        """Follow an upload no more."""
        super().stop_tracking(upload_id)
        if upload_id not in self._waiting:
            self._signals.pop(upload_id, None)


def follow(progress: Progress) -> None:
    """Let Gradio's route tell this record."""
    routes.file_upload_statuses = progress
