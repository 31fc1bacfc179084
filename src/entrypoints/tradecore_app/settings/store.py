"""Settings of the store."""

from pathlib import Path

from pydantic import AliasChoices, Field

from tradecore_app.settings.group import Group


class StoreSettings(Group):
    """Where data is kept."""

    folder: Path = Field(
        Path("data"), validation_alias="TRADECORE_DATA", description="folder of the SQLite file and the signing secret"
    )
    url: str = Field(
        "sqlite:",
        validation_alias=AliasChoices("TRADECORE_STORE", "DATABASE_URL"),
        description="sqlite:[FILE], memory: or postgresql://ROLE:PASSWORD@HOST/DATABASE",
    )
