"""Encryption of stored credentials, with keys derived from the secrets of the installation."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from tradecore.model.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_PURPOSE = b"tradecore: credentials of "


@frozen
class Encryption:
    """Authenticated encryption (Fernet) of texts, each bound to its owner. The first secret encrypts, all decrypt."""

    secrets: Callable[[], Sequence[str]]

    def encrypt(self, text: str, owner: str) -> str:
        """The encrypted text, in letters and digits; it differs at each call."""
        return self._keys(owner).encrypt(text.encode()).decode()

    def decrypt(self, text: str, owner: str) -> str:
        """The text. Raises Unavailable for one of another owner, or of a secret that is not known any more."""
        from cryptography.fernet import InvalidToken

        try:
            return self._keys(owner).decrypt(text.encode()).decode()
        except InvalidToken as error:
            raise Unavailable(
                "Stored credentials cannot be decrypted: the secret of the installation has changed. Give an account "
                "again with `tradecore users broker`, rotate the secret of a webhook, create a channel for notices "
                "again, or put the former secret behind the new one in TRADECORE_SECRET."
            ) from error

    def reencrypt(self, text: str, owner: str) -> str | None:
        """The text encrypted with the first secret; None where it is already. Raises Unavailable as `decrypt` does."""
        first = Encryption(lambda: self.secrets()[:1])
        try:
            first.decrypt(text, owner)
        except Unavailable:
            return self.encrypt(self.decrypt(text, owner), owner)
        return None

    def _keys(self, owner: str) -> "MultiFernet":
        # The library takes a while to load, and few processes need it.
        from cryptography.fernet import Fernet, MultiFernet
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        info = _PURPOSE + owner.encode()
        keys = (
            HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
            for secret in self.secrets()
        )
        return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys])
