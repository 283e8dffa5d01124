"""Taking in what a browser sends without ever putting it on disk in clear."""

import io

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from ccis.files.reading import USUAL_LIMITS

MOST_BYTES = USUAL_LIMITS.file_bytes + 1
"""One more than we read, so that whoever reads the upload sees that it is too large."""


class MemoryOnlyUploadHandler(FileUploadHandler):
    """Keeps an upload in memory, whatever its size; Django would put a large one in ``/tmp``.

    What lies beyond ``MOST_BYTES`` is received and dropped.
    """

    _received: io.BytesIO

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self._received = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a chunk, as far as there is room; no later handler sees it."""
        self._received.write(raw_data[: max(MOST_BYTES - start, 0)])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand over what was kept."""
        size = self._received.tell()
        self._received.seek(0)
        return InMemoryUploadedFile(
            file=self._received,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type or "",
            size=size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
