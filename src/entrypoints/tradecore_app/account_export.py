"""An account as files: one JSON document per line, one file per kind, and a manifest that is written last."""

import json
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import frozen

from tradecore.model.account_records import AccountRecord, RecordKind
from tradecore.model.errors import Unavailable
from tradecore.use_cases.account_records import AccountExport
from tradecore_adapters.ambient import now
from tradecore_adapters.http.api.account_export import account_document

MANIFEST = "manifest.json"


@frozen
class WrittenFile:
    """A complete file of an export: how many records it has, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    records: int
    digest: str


async def write_export(export: AccountExport, folder: Path) -> list[WrittenFile]:
    """Write an account into a folder, which only the owner can read, and return its files.

    A file appears under its name once it is complete, and the manifest after all others: an export that was interrupted
    has none, and can be repeated into the same folder. Raises Unavailable for a folder that cannot be written.
    """
    try:
        _prepare(folder)
        files = [_write_document(folder, "account.json", account_document(export))]
        files += [await _write_records(folder, f"{kind.value}.jsonl", export.records(kind)) for kind in RecordKind]
        manifest = {
            "user": export.user.id,
            "exportedAt": now().isoformat(),
            "files": [{"name": file.name, "records": file.records, "sha256": file.digest} for file in files],
        }
        _write_document(folder, MANIFEST, manifest)
    except OSError as error:
        raise Unavailable(f"The folder {folder} cannot be written: {error.strerror}.", transient=False) from error
    return files


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)


def _write_document(folder: Path, name: str, document: dict[str, Any]) -> WrittenFile:
    content = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    partial = folder / f".{name}.partial"
    partial.write_bytes(content)
    os.replace(partial, folder / name)
    return WrittenFile(name, 1, sha256(content).hexdigest())


async def _write_records(folder: Path, name: str, records: AsyncIterator[AccountRecord]) -> WrittenFile:
    partial, digest, count = folder / f".{name}.partial", sha256(), 0
    with partial.open("wb") as file:
        async for record in records:
            line = f"{record.document}\n".encode()
            file.write(line)
            digest.update(line)
            count += 1
    os.replace(partial, folder / name)
    return WrittenFile(name, count, digest.hexdigest())
