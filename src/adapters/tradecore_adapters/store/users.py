"""Users, sessions, personal tokens, API keys and idempotency receipts in SQL."""

from datetime import datetime

from attrs import frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, NotFound, Stale
from tradecore.model.ids import KeyId, SessionId, TokenId, UserId
from tradecore.model.receipts import IdempotencyKey, IdempotencyReceipt
from tradecore.model.users import ApiKey, LinkedIdentity, PersonalToken, Session, User
from tradecore_adapters.store.connection import Connection, first_row, from_micros, micros
from tradecore_adapters.store.documents import decode, decode_named, encode, name_of
from tradecore_adapters.store.entities import delete_oldest, find, find_all, get, insert, put

_RECEIPT_KEY = ("owner", "operation", "key")


@frozen
class SqlUsers:
    """The tables `users`, `sessions`, `personal_tokens` and `api_keys`."""

    connection: Connection

    async def get(self, id: UserId) -> User:
        return await get(self.connection, User, "users", id)

    async def by_email(self, email: str) -> User | None:
        return await find(self.connection, User, "SELECT doc FROM users WHERE email = ?", email)

    async def put(self, change: Change[User]) -> User:
        user = change.entity
        if await first_row(self.connection, "SELECT 1 FROM users WHERE email = ? AND id <> ?", user.email, user.id):
            raise IllegalMove(f"There is an account with the address {user.email} already.")
        return await put(self.connection, "users", change, {"email": user.email})

    async def page(self, *, offset: int, limit: int) -> tuple[User, ...]:
        query = "SELECT doc FROM users ORDER BY email LIMIT ? OFFSET ?"
        return await find_all(self.connection, User, query, limit, offset)

    async def count(self) -> int:
        row = await first_row(self.connection, "SELECT COUNT(*) FROM users")
        assert row, "an aggregate query returns one row"
        return int(row[0])

    async def remove(self, id: UserId) -> None:
        await self.connection.execute("DELETE FROM personal_tokens WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM linked_identities WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM sessions WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM broker_accounts WHERE id = ?", id)
        await self.connection.execute("DELETE FROM reader_interests WHERE id = ?", id)
        await self.connection.execute("DELETE FROM webhook_deliveries WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM webhooks WHERE user_id = ?", id)
        # The channels first, as they are held while notices are sent.
        await self.connection.execute("DELETE FROM notice_channels WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM notices WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM price_alerts WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM schedule_runs WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM schedules WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM watchlists WHERE user_id = ?", id)
        await self.connection.execute("DELETE FROM users WHERE id = ?", id)

    async def by_identity(self, issuer: str, subject: str) -> User | None:
        query = (
            "SELECT users.doc FROM linked_identities JOIN users ON users.id = linked_identities.user_id "
            "WHERE linked_identities.issuer = ? AND linked_identities.subject = ?"
        )
        return await find(self.connection, User, query, issuer, subject)

    async def link(self, identity: LinkedIdentity) -> None:
        columns = {
            "issuer": identity.issuer,
            "subject": identity.subject,
            "user_id": identity.user,
            "created_at": micros(identity.created_at),
        }
        if not await insert(self.connection, "linked_identities", columns, key=("issuer", "subject")):
            raise Stale(f"The user {identity.subject!r} of {identity.issuer} was linked by another request meanwhile.")

    async def session(self, id: SessionId) -> Session:
        return await get(self.connection, Session, "sessions", id)

    async def session_and_user(self, id: SessionId) -> tuple[Session, User]:
        row = await first_row(
            self.connection,
            "SELECT sessions.doc, users.doc FROM sessions JOIN users ON users.id = sessions.user_id "
            "WHERE sessions.id = ?",
            id,
        )
        if row is None:
            raise NotFound("session", id)
        return decode(Session, row[0]), decode(User, row[1])

    async def put_session(self, change: Change[Session]) -> Session:
        columns = {"user_id": change.entity.user, "expires_at": micros(change.entity.expires_at)}
        return await put(self.connection, "sessions", change, columns)

    async def delete_sessions(self, before: datetime, limit: int) -> int:
        return await delete_oldest(self.connection, "sessions", ("id",), "expires_at", before, limit)

    async def token(self, id: TokenId) -> PersonalToken:
        return await get(self.connection, PersonalToken, "personal_tokens", id)

    async def token_and_user(self, id: TokenId) -> tuple[PersonalToken, User]:
        row = await first_row(
            self.connection,
            "SELECT personal_tokens.doc, users.doc FROM personal_tokens "
            "JOIN users ON users.id = personal_tokens.user_id WHERE personal_tokens.id = ?",
            id,
        )
        if row is None:
            raise NotFound("personal token", id)
        return decode(PersonalToken, row[0]), decode(User, row[1])

    async def tokens(self, user: UserId) -> tuple[PersonalToken, ...]:
        query = "SELECT doc FROM personal_tokens WHERE user_id = ? ORDER BY created_at DESC, id DESC"
        return await find_all(self.connection, PersonalToken, query, user)

    async def put_token(self, change: Change[PersonalToken]) -> PersonalToken:
        columns = {"user_id": change.entity.user, "created_at": micros(change.entity.created_at)}
        return await put(self.connection, "personal_tokens", change, columns)

    async def delete_token(self, id: TokenId) -> None:
        await self.connection.execute("DELETE FROM personal_tokens WHERE id = ?", id)

    async def key(self, id: KeyId) -> ApiKey:
        return await get(self.connection, ApiKey, "api_keys", id)

    async def keys(self) -> tuple[ApiKey, ...]:
        return await find_all(self.connection, ApiKey, "SELECT doc FROM api_keys ORDER BY created_at, id")

    async def put_key(self, change: Change[ApiKey]) -> ApiKey:
        return await put(self.connection, "api_keys", change, {"created_at": micros(change.entity.created_at)})


@frozen
class SqlReceipts:
    """The table `idempotency_receipts`: responses to requests that must not run twice."""

    connection: Connection

    async def find(self, owner: str, operation: str, key: str) -> IdempotencyReceipt | None:
        row = await first_row(
            self.connection,
            "SELECT fingerprint, created_at, kind, doc FROM idempotency_receipts "
            "WHERE owner = ? AND operation = ? AND key = ?",
            owner, operation, key,
        )  # fmt: skip
        if row is None:
            return None
        fingerprint, created_at, kind, doc = row
        return IdempotencyReceipt(
            owner, operation, IdempotencyKey(key, fingerprint), decode_named(kind, doc), from_micros(created_at)
        )

    async def add(self, receipt: IdempotencyReceipt) -> None:
        columns = {
            "owner": receipt.owner,
            "operation": receipt.operation,
            "key": receipt.idempotency.key,
            "fingerprint": receipt.idempotency.fingerprint,
            "created_at": micros(receipt.at),
            "kind": name_of(receipt.response),
            "doc": encode(receipt.response),
        }
        if not await insert(self.connection, "idempotency_receipts", columns, key=_RECEIPT_KEY):
            raise Stale(f"The idempotency key {receipt.idempotency.key!r} was used by another request meanwhile.")

    async def delete_before(self, before: datetime, limit: int) -> int:
        return await delete_oldest(self.connection, "idempotency_receipts", _RECEIPT_KEY, "created_at", before, limit)
