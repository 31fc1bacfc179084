"""Options of the Alpaca broker."""

from pydantic import AliasChoices, Field, SecretStr

from tradecore_adapters.rows import Options


class AlpacaOptions(Options):
    """The key of an Alpaca account."""

    key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("TRADECORE_ALPACA_KEY", "APCA_API_KEY_ID"),
        description="the id of an Alpaca key",
    )
    secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("TRADECORE_ALPACA_SECRET", "APCA_API_SECRET_KEY"),
        description="the secret of that key",
    )
