"""Settings of notices."""

from pydantic import Field

from tradecore_app.settings.group import CommaSeparated, Group


class NoticeSettings(Group):
    """Where notices may lead."""

    private_networks: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_NOTICES_PRIVATE",
        description="private networks that notices may be sent to, comma separated",
    )
