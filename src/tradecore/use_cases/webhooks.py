"""Webhooks of users: create, list, change, delete, and rotate their secrets."""

from base64 import b64encode
from collections.abc import Callable, Collection, Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from attrs import field, frozen

from tradecore.model.change import Change
from tradecore.model.errors import IllegalMove, Invalid
from tradecore.model.ids import UserId, WebhookId
from tradecore.model.users import Caller
from tradecore.model.webhooks import Webhook
from tradecore.ports.ambient import NewId, NewSecret, Now
from tradecore.ports.store import Store
from tradecore.use_cases.retry import retry_on_conflict

MAX_WEBHOOKS = 20
"""How many webhooks a user may have."""
MAX_URL_LENGTH = 2000

Encrypt = Callable[[str, UserId], str]
"""Encrypts a text for its owner."""


@frozen
class WebhookRules:
    """What a webhook may be: the names of the events it can have, and whether its address has to be https."""

    kinds: Sequence[str]
    https_only: bool

    def check(self, url: str | None, kinds: Collection[str] | None) -> None:
        """Raises Invalid for an address or a kind that is not possible; None is not checked."""
        if url is not None:
            self._check_url(url)
        if kinds is not None and not kinds:
            raise Invalid.one("kinds", "A webhook needs at least one kind of event.")
        for kind in kinds or ():
            if kind not in self.kinds:
                raise Invalid.one("kinds", f"There are no events {kind!r} for webhooks; use {', '.join(self.kinds)}.")

    def _check_url(self, url: str) -> None:
        schemes = ("https",) if self.https_only else ("https", "http")
        try:
            parts = urlsplit(url)
            possible = bool(parts.hostname) and parts.scheme in schemes and parts.port != 0
        except ValueError:
            possible = False
        if not possible or len(url) > MAX_URL_LENGTH or not url.isascii() or not url.isprintable() or " " in url:
            message = f"The address of a webhook is {' or '.join(schemes)}, such as https://example.com/hooks."
            raise Invalid.one("url", message)
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise Invalid.one("url", "The address of a webhook has neither a user name, a password nor a fragment.")


@frozen
class WebhookWithSecret:
    """A webhook with its secret, `whsec_` and Base64, which is shown once; None where it was not changed."""

    webhook: Webhook
    secret: str | None = field(repr=False)


@frozen
class CreateWebhook:
    """Create a webhook."""

    store: Store
    now: Now
    new_id: NewId
    new_secret: NewSecret
    encrypt: Encrypt
    rules: WebhookRules

    @retry_on_conflict
    async def __call__(self, url: str, kinds: Collection[str], *, by: Caller) -> WebhookWithSecret:
        """The new webhook. Raises Invalid for an address or kinds that are not possible, IllegalMove at the limit."""
        self.rules.check(url, kinds)
        secret = _signing_secret(self.new_secret())
        webhook = Webhook(
            id=WebhookId(self.new_id()),
            user=by.user,
            url=url,
            kinds=tuple(dict.fromkeys(kinds)),
            secret=self.encrypt(secret, by.user),
            created_at=self.now(),
        )
        async with self.store.unit_of_work() as uow:
            stored = await uow.webhooks.add(Change(webhook), limit=MAX_WEBHOOKS)
        if stored is None:
            raise IllegalMove(f"You have {MAX_WEBHOOKS} webhooks; delete one that is not used any more.")
        return WebhookWithSecret(stored, secret)


@frozen
class ListWebhooks:
    """List the webhooks of the caller."""

    store: Store

    async def __call__(self, *, by: Caller) -> tuple[Webhook, ...]:
        """All of them, newest first."""
        async with self.store.read() as uow:
            return await uow.webhooks.of(by.user)


@frozen
class UpdateWebhook:
    """Change a webhook: its address, its kinds, whether it is enabled, its secret."""

    store: Store
    now: Now
    new_secret: NewSecret
    encrypt: Encrypt
    rules: WebhookRules

    @retry_on_conflict
    async def __call__(
        self,
        id: WebhookId,
        *,
        by: Caller,
        url: str | None = None,
        kinds: Collection[str] | None = None,
        enabled: bool | None = None,
        rotate_secret: bool = False,
    ) -> WebhookWithSecret:
        """The webhook after the change; None leaves something as it is.

        A secret that is rotated signs beside the new one for a day. Deliveries that are pending go to the new address,
        and wait while the webhook is disabled. Raises NotFound, and Invalid as CreateWebhook does.
        """
        secret = _signing_secret(self.new_secret()) if rotate_secret else None
        async with self.store.unit_of_work() as uow:
            webhook = await uow.webhooks.get(id, owner=by.user)
            self.rules.check(url, kinds)
            now, chosen = self.now(), None if kinds is None else dict.fromkeys(kinds)
            changed = webhook.change(at=now, url=url, kinds=chosen, enabled=enabled)
            if secret is not None:
                changed = changed.rotate(self.encrypt(secret, by.user), at=now)
            return WebhookWithSecret(await uow.webhooks.put(Change(changed)), secret)


@frozen
class DeleteWebhook:
    """Delete a webhook with its deliveries."""

    store: Store

    @retry_on_conflict
    async def __call__(self, id: WebhookId, *, by: Caller) -> None:
        """Raises NotFound, also for a webhook of another user."""
        async with self.store.unit_of_work() as uow:
            await uow.webhooks.get(id, owner=by.user)
            await uow.webhooks.delete(id)


def _signing_secret(text: str) -> str:
    """A secret in the form of Standard Webhooks, from a random text."""
    return f"whsec_{b64encode(sha256(text.encode()).digest()).decode()}"
