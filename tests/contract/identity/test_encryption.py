"""Stored credentials: readable with the secret of the installation, by their owner only."""

import pytest

from tradecore.model.errors import Unavailable
from tradecore_adapters.identity.encryption import Encryption

OLD, NEW = "o" * 40, "n" * 40


def test_what_is_encrypted_is_read_again_and_never_twice_the_same() -> None:
    encryption = Encryption(lambda: [NEW])
    first, second = (encryption.encrypt("key", "ann") for _ in range(2))
    assert first != second
    assert "key" not in first
    assert encryption.decrypt(first, "ann") == encryption.decrypt(second, "ann") == "key"


def test_a_former_secret_still_decrypts() -> None:
    stored = Encryption(lambda: [OLD]).encrypt("key", "ann")
    assert Encryption(lambda: [NEW, OLD]).decrypt(stored, "ann") == "key"
    with pytest.raises(Unavailable, match="TRADECORE_SECRET"):
        Encryption(lambda: [NEW]).decrypt(stored, "ann")


@pytest.mark.parametrize("changed", ["owner", "text", "nonsense"])
def test_what_is_of_another_owner_or_was_changed_is_refused(changed: str) -> None:
    encryption = Encryption(lambda: [NEW])
    stored = encryption.encrypt("key", "ann")
    text = {"owner": stored, "text": stored[:-4] + "AAA=", "nonsense": "nonsense"}[changed]
    with pytest.raises(Unavailable):
        encryption.decrypt(text, "ben" if changed == "owner" else "ann")
