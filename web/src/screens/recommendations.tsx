// The inbox: what waits for a decision, what deciding would do, and what has ended.
import type { Schemas } from "tradecore-client";
import { useEffect } from "preact/hooks";
import { money, percent, price } from "../format";
import { onEvent } from "../live";
import { useLoad } from "../load";
import { Link } from "../router";
import { api, may } from "../session";
import { Inline } from "../text";
import { EvidenceById } from "../ui/evidence";
import { ActionBadge, Badge, Card, Confidence, Countdown, Empty, Result, Time } from "../ui/parts";
import { useEvidence } from "./decision";
import { Deciding } from "./offer";

type Recommendation = Schemas["RecommendationData"];
type Portfolio = Schemas["PortfolioData"];

/** What executing would do to cash and exposure, at the price of the recommendation. */
function Effect({ offer, portfolio }: { offer: Recommendation; portfolio: Portfolio }) {
  const held = portfolio.positions.find(({ symbol, assetType }) => symbol === offer.symbol && assetType === offer.assetType);
  const holds = held?.currentValue ?? 0;
  const share = (value: number) => percent((value / portfolio.totalValue) * 100);
  const value = offer.action === "BUY" ? (portfolio.totalValue * offer.positionSize) / 100 : -holds;
  if (!(portfolio.totalValue > 0)) return null;
  return (
    <dl class="rows">
      <div><dt>{value >= 0 ? "Costs about" : "Brings about"}</dt><dd class="number">{money(Math.abs(value))}</dd></div>
      <div><dt>Cash</dt><dd class="number">{money(portfolio.cash)} → {money(portfolio.cash - value)}</dd></div>
      <div><dt>Exposure</dt><dd class="number">{share(holds)} → {share(holds + value)}</dd></div>
    </dl>
  );
}

function Offer({ offer, portfolio, onEnd }: { offer: Recommendation; portfolio: Portfolio | undefined; onEnd: () => void }) {
  const evidence = useEvidence(offer.analysisId);
  return (
    <article class="card offer" aria-label={`${offer.action} ${offer.symbol}`}>
      <header class="offer-head">
        <Link href={`/analyses/${offer.analysisId}`} class="offer-symbol">{offer.symbol}</Link>
        <ActionBadge action={offer.action} />
        <Confidence value={offer.confidence} />
        <span class="faint offer-expiry">Expires in <Countdown until={offer.expiresAt} /></span>
      </header>
      <EvidenceById.Provider value={evidence}><p class="offer-why"><Inline text={offer.reasoning} /></p></EvidenceById.Provider>
      <div class="offer-numbers">
        <dl class="rows">
          <div><dt>Entry</dt><dd class="number">{price(offer.entryPrice)}</dd></div>
          <div><dt>Stop</dt><dd class="number down">{price(offer.stopLoss)}</dd></div>
          <div><dt>Target</dt><dd class="number up">{price(offer.takeProfit)}</dd></div>
        </dl>
        {portfolio && <Effect offer={offer} portfolio={portfolio} />}
      </div>
      {may("trade") && <Deciding offer={offer} onEnd={onEnd} />}
    </article>
  );
}

function Ended({ status, name }: { status: Recommendation["status"]; name: string }) {
  const loaded = useLoad(`recommendations:${status}`, () => api.call("get", "/api/portfolio/recommendations", { query: { status, limit: 50 } }));
  const rows = loaded.data;
  if (rows?.length === 0) return null;
  return (
    <details class="card report">
      <summary><span class="report-name">{name}</span>{rows && <Badge>{rows.length}{rows.length === 50 ? "+" : ""}</Badge>}</summary>
      <Result of={loaded} lines={2}>
        {(offers) => (
          <ul class="decisions">
            {offers.map((offer) => (
              <li key={offer.id}>
                <Link href={`/analyses/${offer.analysisId}`} class="decision-row">
                  <span class="run-symbol">{offer.symbol}</span>
                  <span><ActionBadge action={offer.action} /></span>
                  <span class="faint">{offer.reason}</span>
                  <span class="faint"><Time at={offer.endedAt ?? offer.createdAt} /></span>
                  <Confidence value={offer.confidence} />
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Result>
    </details>
  );
}

export function RecommendationsScreen() {
  const pending = useLoad("recommendations:pending", () => api.call("get", "/api/portfolio/recommendations", { query: { status: "pending" } }));
  const portfolio = useLoad("portfolio", () => api.call("get", "/api/portfolio", {}));
  useEffect(
    () =>
      onEvent(({ event }) => {
        if (event.startsWith("recommendation_") || event === "order_filled") {
          pending.reload();
          portfolio.reload();
        }
      }),
    [],
  );
  const end = () => {
    pending.reload();
    portfolio.reload();
  };
  return (
    <>
      <header class="head"><h1>Recommendations</h1></header>
      <Result of={pending} lines={8}>
        {(offers) =>
          offers.length === 0 ? (
            <Card>
              <Empty title="Nothing waits for you">
                <p>A decision to buy or sell on the newest prices is offered here for six hours. <Link href="/">Launch an analysis</Link></p>
              </Empty>
            </Card>
          ) : (
            <>{offers.map((offer) => <Offer key={offer.id} offer={offer} portfolio={portfolio.data} onEnd={end} />)}</>
          )
        }
      </Result>
      <section class="reports" aria-label="Ended">
        <Ended status="executed" name="Executed" />
        <Ended status="expired" name="Expired or superseded" />
        <Ended status="rejected" name="Rejected" />
      </section>
    </>
  );
}
