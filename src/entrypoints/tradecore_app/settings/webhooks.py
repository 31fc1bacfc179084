"""Settings of webhooks."""

from pydantic import Field

from tradecore_app.settings.group import CommaSeparated, Group


class WebhookSettings(Group):
    """Where webhooks may lead."""

    private_networks: CommaSeparated = Field(
        (),
        validation_alias="TRADECORE_WEBHOOKS_PRIVATE",
        description="private networks that webhooks may be sent to, comma separated",
    )
