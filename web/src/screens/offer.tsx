// The recommendation of a decision: execute or reject it, and what became of it.
import { TradecoreError, type Schemas } from "tradecore-client";
import { useState } from "preact/hooks";
import { amount, change, money, price, tone } from "../format";
import { newKey } from "../idempotency";
import { useAction, useLoad } from "../load";
import { Link } from "../router";
import { api, may } from "../session";
import { Badge, Card, Countdown, Fact, Problem, Result, Time } from "../ui/parts";

type Recommendation = Schemas["RecommendationData"];

const STATES: Record<string, string> = { executed: "Executed", rejected: "Rejected", expired: "Expired" };
const YEAR = 365;

/** Buttons that decide a pending recommendation; what is final asks a second time. */
export function Deciding({ offer, onEnd }: { offer: Recommendation; onEnd: () => void }) {
  const { busy, error, run, clear } = useAction();
  const [asking, setAsking] = useState<"execute" | "reject">();
  const [exits, setExits] = useState(false);
  // One key for each offer: however often the button is pressed, there is one order.
  const [key] = useState(newKey);
  const held = error instanceof TradecoreError ? error.confirmation : undefined;

  const act = async (call: () => Promise<unknown>) => {
    if (!(await run(call))) return;
    setAsking(undefined);
    onEnd();
  };
  const path = { recommendationId: offer.id };
  const execute = (confirm: boolean) =>
    act(() =>
      api.call("post", "/api/portfolio/recommendations/{recommendationId}/execute", {
        path,
        headers: { "Idempotency-Key": confirm ? `${key}-confirmed` : key },
        body: { confirm, ...(exits && { exits: "bracket" as const }) },
      }),
    );
  const reject = () => act(() => api.call("post", "/api/portfolio/recommendations/{recommendationId}/reject", { path }));

  if (held) {
    return (
      <div class="asking" role="alertdialog" aria-label="Trade again">
        <p>{error instanceof TradecoreError ? error.message : ""}</p>
        <div class="buttons">
          <button type="button" class="button primary" disabled={busy} onClick={() => execute(true)}>Trade again</button>
          <button type="button" class="button" disabled={busy} onClick={clear}>Leave it</button>
        </div>
      </div>
    );
  }
  return (
    <>
      {asking === undefined ? (
        <div class="buttons">
          <button type="button" class="button primary" onClick={() => setAsking("execute")}>Execute</button>
          <button type="button" class="button" onClick={() => setAsking("reject")}>Reject</button>
        </div>
      ) : asking === "reject" ? (
        <div class="asking">
          <p>Rejecting is final.</p>
          <div class="buttons">
            <button type="button" class="button danger" disabled={busy} onClick={reject}>Reject it</button>
            <button type="button" class="button" disabled={busy} onClick={() => setAsking(undefined)}>Back</button>
          </div>
        </div>
      ) : (
        <div class="asking">
          <p>{offer.action === "BUY" ? "Buy" : "Sell"} {offer.symbol} for {amount(offer.positionSize)} % of the portfolio, near {price(offer.entryPrice)}.</p>
          {offer.action === "BUY" && (
            <label class="choice plain-choice">
              <input type="checkbox" checked={exits} onChange={() => setExits(!exits)} />
              <span>Place the stop and the target with the order</span>
            </label>
          )}
          <div class="buttons">
            <button type="button" class="button primary" disabled={busy} onClick={() => execute(false)}>{busy ? "Executing …" : "Place the order"}</button>
            <button type="button" class="button" disabled={busy} onClick={() => setAsking(undefined)}>Back</button>
          </div>
        </div>
      )}
      {error !== undefined && <Problem error={error} />}
    </>
  );
}

function Order({ id }: { id: string }) {
  const orders = useLoad(`orders:${id}`, () => api.call("get", "/api/portfolio/orders", { query: { limit: 200 } }));
  const order = orders.data?.orders.find(({ recommendationId, closes }) => recommendationId === id && !closes);
  if (order === undefined) return null;
  return (
    <div>
      <dt>Order</dt>
      <dd>
        {order.side} {amount(order.filled)} of {amount(order.quantity)}
        {order.averagePrice !== undefined && ` at ${price(order.averagePrice)}`} · {order.status}
        {order.averagePrice !== undefined && ` · ${money(order.filled * order.averagePrice)}`}
      </dd>
    </div>
  );
}

/** The return of the decision so far, from the history. */
function Outcome({ id, symbol }: { id: string; symbol: string }) {
  const query = { symbol, days: YEAR, limit: 200 };
  const history = useLoad(`history-of:${symbol}`, () => api.call("get", "/api/history", { query }));
  const row = history.data?.analyses.find((each) => each.id === id);
  if (row === undefined || row.actualReturn === null) return null;
  return (
    <dl class="facts">
      <Fact name={row.scored ? "Return at the horizon" : "Return so far"} tone={tone(row.horizonReturn ?? row.actualReturn)} note="in its direction, after fees">
        {change(row.horizonReturn ?? row.actualReturn)}
      </Fact>
    </dl>
  );
}

interface Props {
  id: string;
  status: Schemas["StatusData"];
  decision: Schemas["DecisionData"];
}

/** What is offered for a decision. */
export function Offer({ id, status, decision }: Props) {
  if (!decision.executable) {
    return (
      <Card title="What became of it">
        <p class="faint">{decision.action === "HOLD" ? "A HOLD is not traded." : "Nothing was offered for it."}</p>
        <Outcome id={id} symbol={status.symbol} />
      </Card>
    );
  }
  return <Offered id={id} symbol={status.symbol} />;
}

function Offered({ id, symbol }: { id: string; symbol: string }) {
  const loaded = useLoad(`offer:${id}`, () =>
    api.call("get", "/api/portfolio/recommendations/{recommendationId}", { path: { recommendationId: id } }),
  );
  return (
    <Card title={loaded.data?.status === "pending" ? "Recommendation" : "What became of it"}>
      <Result of={loaded} lines={2}>
        {(offer) =>
          offer.status === "pending" ? (
            <>
              <p class="faint">Expires in <Countdown until={offer.expiresAt} /></p>
              {may("trade") ? <Deciding offer={offer} onEnd={loaded.reload} /> : <p>Your account may not trade.</p>}
            </>
          ) : (
            <>
              <dl class="rows">
                <div>
                  <dt>Recommendation</dt>
                  <dd><Badge tone={offer.status === "executed" ? "up" : ""}>{STATES[offer.status] ?? offer.status}</Badge> <Time at={offer.endedAt} /></dd>
                </div>
                {offer.reason && <div><dt>Reason</dt><dd>{offer.reason}{offer.supersededBy && <> · <Link href={`/analyses/${offer.supersededBy}`}>the newer one</Link></>}</dd></div>}
                {offer.status === "executed" && <Order id={offer.id} />}
              </dl>
            </>
          )
        }
      </Result>
      <Outcome id={id} symbol={symbol} />
    </Card>
  );
}
