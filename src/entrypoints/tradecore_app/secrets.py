"""Secrets that nobody chose: made once, kept in the data folder for its owner only."""

import os
from pathlib import Path

from tradecore.model.errors import Unavailable
from tradecore_adapters.ambient import new_secret
from tradecore_app.settings import Settings


def signing_secrets(settings: Settings) -> list[str]:
    """The secrets of this installation: the first signs, all are believed. Raises Unavailable."""
    given = settings.secret.get_secret_value().split(",") if settings.secret else [signing_secret(settings.data)]
    return [secret.strip() for secret in given]


def signing_secret(folder: Path) -> str:
    """The secret that signs access tokens; made at the first call, mode 0600. Raises Unavailable."""
    path = folder / "signing.secret"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Whoever creates the file first decides; a second process reads what the first has written.
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600, exist_ok=False)
        try:
            fresh.write_text(new_secret(), "ascii")
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text("ascii").strip()
    except OSError as error:
        raise Unavailable(f"The data folder {folder} cannot be used: {error.strerror}.") from error
