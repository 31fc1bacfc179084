"""An account as one stream of JSON lines."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

from attrs import frozen
from litestar.types import Receive, Scope, Send

from tradecore.model.account_records import RecordKind
from tradecore.use_cases.account_records import AccountExport
from tradecore_adapters.http.responses import Header

# A file to keep: generators of clients know no type of JSON lines.
MEDIA_TYPE = "application/octet-stream"
EXAMPLE = (
    '{"kind":"account","document":{"id":"00000000-0000-4000-8000-000000000001","email":"user@example.com"}}\n'
    '{"kind":"analyses","document":{"id":"a1b2c3d4-e5f6-7890-abcd-ef1234567890"}}\n'
    '{"kind":"manifest","records":{"account":1,"analyses":1},'
    '"sha256":"2a3b1c0f6a1d6c3d9a0e4f5b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f801"}\n'
)
_HEADERS: tuple[Header, ...] = (
    (b"content-type", MEDIA_TYPE.encode()),
    (b"content-disposition", b'attachment; filename="account.ndjson"'),
    (b"cache-control", b"no-store"),
)


@frozen
class AccountStream:
    """An ASGI application that sends an account as JSON lines, which are read from the store while they are sent.

    Each line has the `kind` of a record and its `document`. The last one is of the kind `manifest`, with the number of
    records of each kind and the SHA-256 of all lines before it: a stream without it was interrupted.
    """

    export: AccountExport

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream. What the store raises after its beginning ends it without a manifest."""
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        digest, counts = sha256(), dict.fromkeys(("account", *RecordKind), 0)
        async for kind, document in self._documents():
            line = f'{{"kind":"{kind}","document":{document}}}\n'.encode()
            digest.update(line)
            counts[kind] += 1
            await send({"type": "http.response.body", "body": line, "more_body": True})
        records = {kind: count for kind, count in counts.items() if count}
        manifest = {"kind": "manifest", "records": records, "sha256": digest.hexdigest()}
        last = f"{_json(manifest)}\n".encode()
        await send({"type": "http.response.body", "body": last, "more_body": False})

    async def _documents(self) -> AsyncIterator[tuple[str, str]]:
        yield "account", _json(account_document(self.export))
        for kind in RecordKind:
            async for record in self.export.records(kind):
                yield kind.value, record.document


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def account_document(export: AccountExport) -> dict[str, Any]:
    """The account itself, with its personal tokens, webhooks and channels for notices, for JSON."""
    user = export.user
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "scopes": list(user.scopes),
        "disabled": user.disabled,
        "createdAt": user.created_at.isoformat(),
        "tokens": [
            {
                "id": token.id,
                "name": token.name,
                "scopes": list(token.scopes),
                "createdAt": token.created_at.isoformat(),
                "expiresAt": token.expires_at and token.expires_at.isoformat(),
                "lastUsedAt": token.last_used_at and token.last_used_at.isoformat(),
            }
            for token in export.tokens
        ],
        "webhooks": [
            {
                "id": webhook.id,
                "url": webhook.url,
                "kinds": list(webhook.kinds),
                "enabled": webhook.enabled,
                "createdAt": webhook.created_at.isoformat(),
            }
            for webhook in export.webhooks
        ],
        "noticeChannels": [
            {
                "id": channel.id,
                "name": channel.name,
                "service": channel.service,
                "kinds": list(channel.kinds),
                "enabled": channel.enabled,
                "createdAt": channel.created_at.isoformat(),
            }
            for channel in export.notice_channels
        ],
    }
