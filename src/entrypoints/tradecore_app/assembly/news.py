"""Builds the use cases of sources of news and digests."""

from tradecore.core import NewsUseCases
from tradecore.use_cases import digest, interests, subscribe
from tradecore_adapters import ambient
from tradecore_adapters.telemetry.traces import current_trace
from tradecore_app.adapters import Adapters
from tradecore_app.assembly.parts import Parts


def make_news_use_cases(adapters: Adapters, parts: Parts) -> NewsUseCases:
    """The use cases of sources and digests."""
    store, now = adapters.store, parts.now
    return NewsUseCases(
        launch_digest=digest.LaunchDigest(store, now, ambient.new_id, parts.digest_limits, current_trace),
        list_digests=digest.ListDigests(store),
        list_reports=digest.ListReports(store),
        get_digest_status=digest.GetDigestStatus(store),
        get_digest_result=digest.GetDigestResult(store),
        get_digest_items=digest.GetDigestItems(store),
        get_interests=interests.GetInterests(store),
        set_interests=interests.SetInterests(store),
        gather_news=parts.gather_news,
        discover_source=subscribe.DiscoverSource(adapters.feeds.discover),
        add_source=subscribe.AddSource(store, now),
        import_sources=subscribe.ImportSources(store, now),
        list_sources=subscribe.ListSources(store),
        remove_source=subscribe.RemoveSource(store),
    )
