"""Reports at the SEC as news, by the minute in which they were accepted."""

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta

from attrs import frozen

from tradecore.model.errors import Invalid
from tradecore.model.fundamentals import Filing
from tradecore.model.market import AssetType
from tradecore.model.money import Asset
from tradecore.model.news import RawItem
from tradecore.ports.ambient import Now
from tradecore_adapters.fundamentals.sec import SecFundamentals
from tradecore_adapters.fundamentals.sec_format import Company

# Filings of a year: the archive that analyses of earlier days read.
_FILINGS = timedelta(days=400)
_FORMS = frozenset({"8-K", "10-Q", "10-K", "8-K/A", "10-Q/A", "10-K/A"})
# What current reports are about, by item number (Form 8-K).
_ITEMS: Mapping[str, str] = {
    "1.01": "entry into a material agreement",
    "1.02": "end of a material agreement",
    "1.03": "bankruptcy or receivership",
    "1.05": "a material cybersecurity incident",
    "2.01": "completion of an acquisition or a sale of assets",
    "2.02": "results of operations",
    "2.03": "a new financial obligation",
    "2.05": "costs of an exit or a disposal",
    "2.06": "a material impairment",
    "3.01": "notice of delisting",
    "4.01": "a change of auditor",
    "4.02": "earlier financial statements can no longer be relied on",
    "5.02": "departure or appointment of directors or officers",
    "5.03": "a change of the articles, or of the fiscal year",
    "5.07": "results of a vote of shareholders",
    "7.01": "a disclosure to investors",
    "8.01": "other events",
}


@frozen
class SecFilings:
    """Current, quarterly and annual reports at the SEC, about one asset at a time; `source` is the name of the news."""

    source: str
    sec: SecFundamentals
    now: Now

    async def __call__(self, asset: Asset) -> Sequence[RawItem]:
        """The reports of a year. Raises Invalid for crypto and for what the SEC does not list, and Unavailable."""
        if asset.asset_type is AssetType.CRYPTO:
            raise Invalid.one("symbol", f"{asset.symbol} files no reports.")
        company, submissions = await self.sec.submissions(asset.symbol)
        oldest = self.now().date() - _FILINGS
        return [
            self._item(asset, company, filing)
            for filing in submissions.filings
            if filing.form in _FORMS and filing.accepted_at is not None and filing.filed >= oldest
        ]

    def _item(self, asset: Asset, company: Company, filing: Filing) -> RawItem:
        number = filing.accession.replace("-", "")
        topics = [_ITEMS[item] for item in filing.items if item in _ITEMS]
        about = f": {'; '.join(topics)}" if topics else f" for the period to {filing.period}" if filing.period else ""
        return RawItem(
            source=self.source,
            title=f"{company.name} files {filing.form}{about}",
            url=f"https://www.sec.gov/Archives/edgar/data/{int(company.cik)}/{number}/{filing.document}",
            guid=filing.accession,
            published_at=filing.accepted_at.astimezone(UTC) if filing.accepted_at else None,
            symbols=frozenset({asset.symbol}),
        )
