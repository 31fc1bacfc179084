"""What sends the notices of an installation."""

from tradecore.ports.notices import NoticeSender
from tradecore_adapters.addresses import read_networks
from tradecore_adapters.deadlines import with_deadlines
from tradecore_adapters.notices.apprise import AppriseNoticeSender
from tradecore_app.settings import Settings


def notice_sender(settings: Settings) -> NoticeSender:
    """What sends notices. Raises Invalid when TRADECORE_NOTICES_PRIVATE is not a list of networks."""
    allowed = read_networks(settings.notices.private_networks, "TRADECORE_NOTICES_PRIVATE")
    sender: NoticeSender = AppriseNoticeSender(allowed=allowed)
    return with_deadlines("notices", sender)
