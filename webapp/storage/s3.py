"""Keeps bytes in an object store that speaks S3, for when several machines share the work."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from webapp.storage.store import NotStored, StorageAway

_PART = 8 * 2**20  # bytes; larger things are sent in parts of this size
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class Bucket:
    """A bucket, below a prefix. Who we are there is said as boto3 wants it: environment, file or machine role."""

    def __init__(self, bucket: str, prefix: str, *, endpoint: str = "") -> None:
        import boto3
        from boto3.s3.transfer import TransferConfig
        from botocore.config import Config

        self._bucket, self._prefix = bucket, prefix
        patient = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5, read_timeout=30)
        self._client: Any = boto3.client("s3", endpoint_url=endpoint or None, config=patient)
        self._transfer = TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, use_threads=False)

    def put(self, name: str, pieces: Iterable[bytes]) -> int:
        """See ``Store``. A thing appears under its name once all of it has arrived."""
        source = _Flow(pieces)
        with _plain(name):
            self._client.upload_fileobj(source, self._bucket, self._prefix + name, Config=self._transfer)
        return source.size

    def read(self, name: str, start: int, length: int) -> bytes:
        """See ``Store``."""
        with _plain(name):
            found = self._client.get_object(
                Bucket=self._bucket, Key=self._prefix + name, Range=f"bytes={start}-{start + length - 1}"
            )
            data: bytes = found["Body"].read()
            return data

    def size(self, name: str) -> int:
        """See ``Store``."""
        with _plain(name):
            return int(self._client.head_object(Bucket=self._bucket, Key=self._prefix + name)["ContentLength"])

    def remove(self, name: str) -> None:
        """See ``Store``."""
        with _plain(name):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def remove_all(self, prefix: str) -> None:
        """See ``Store``."""
        for name in list(self.names(prefix)):
            self.remove(name)

    def names(self, prefix: str) -> Iterator[str]:
        """See ``Store``."""
        pages = self._client.get_paginator("list_objects_v2")
        with _plain(prefix):
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
                for found in page.get("Contents", ()):
                    yield str(found["Key"]).removeprefix(self._prefix)


class _Flow(io.RawIOBase):
    """Pieces as a file that is read once, in order."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._held, self.size = iter(pieces), bytearray(), 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._held) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
            self.size += len(piece)
        found = bytes(self._held if size < 0 else self._held[:size])
        del self._held[: len(found)]
        return found


@contextmanager
def _plain(name: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _MISSING:
            raise NotStored(name) from None
        raise StorageAway from error
    except BotoCoreError as error:
        raise StorageAway from error
