"""Compiled templates kept in the data folder, so that a start does not compile them again. They hold no one's data."""

from __future__ import annotations

from contextlib import suppress

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class CompiledPages(FileSystemBytecodeCache):
    """jinja2's own cache, except that a disk that is full or read-only takes nothing away from a page."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what was kept; what cannot be read is compiled again."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it if the disk lets us."""
        with suppress(OSError):
            super().dump_bytecode(bucket)
