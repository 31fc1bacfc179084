"""Builds the use cases of webhooks and notices."""

from tradecore.core import NotificationUseCases
from tradecore.use_cases import notice_channels, notices, webhook_deliveries, webhooks
from tradecore_adapters import ambient
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts
from tradecore_app.settings import Settings
from tradecore_app.webhooks import KIND_NAMES


def make_notification_use_cases(settings: Settings, adapters: Adapters, parts: Parts) -> NotificationUseCases:
    """The use cases of webhooks and notices."""
    store, sender, now, cron = adapters.store, adapters.notice_sender, parts.now, parts.cron
    new_id, new_secret = ambient.new_id, ambient.new_secret
    encrypt, decrypt = adapters.encryption.encrypt, adapters.encryption.decrypt
    webhook_rules = webhooks.WebhookRules(KIND_NAMES, settings.http.production)
    return NotificationUseCases(
        create_webhook=webhooks.CreateWebhook(store, now, new_id, new_secret, encrypt, webhook_rules),
        list_webhooks=webhooks.ListWebhooks(store),
        update_webhook=webhooks.UpdateWebhook(store, now, new_secret, encrypt, webhook_rules),
        delete_webhook=webhooks.DeleteWebhook(store),
        list_webhook_deliveries=webhook_deliveries.ListDeliveries(store),
        retry_webhook_delivery=webhook_deliveries.RetryDelivery(store, now),
        deliver_webhooks=webhook_deliveries.DeliverWebhooks(
            store, now, adapters.webhook_sender, decrypt, receivers_now=ambient.now
        ),
        create_notice_channel=notice_channels.CreateNoticeChannel(store, now, new_id, sender, encrypt, cron),
        list_notice_channels=notice_channels.ListNoticeChannels(store),
        update_notice_channel=notice_channels.UpdateNoticeChannel(store, now, cron),
        delete_notice_channel=notice_channels.DeleteNoticeChannel(store),
        try_notice_channel=notice_channels.TryNoticeChannel(store, sender, decrypt),
        list_notices=notices.ListNotices(store),
        send_notices=notices.SendNotices(store, now, cron, sender, decrypt),
    )
