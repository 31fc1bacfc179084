// Price alerts: what the user wants to be told about prices, and what came of it.
import type { Schemas } from "tradecore-client";
import { useEffect, useState } from "preact/hooks";
import { textOf } from "../form";
import { amount, change, day, price } from "../format";
import { useIdempotency } from "../idempotency";
import { onEvent } from "../live";
import { useAction, useLoad } from "../load";
import { Link, place, withQuery } from "../router";
import { api, may } from "../session";
import { Badge, Card, Empty, Field, Problem, Result, Time } from "../ui/parts";
import { Choice, pageNumber, Pager, Table } from "../ui/table";

type PriceAlert = Schemas["PriceAlertData"];
type Condition = PriceAlert["condition"];

const CONDITIONS: Record<Condition, string> = { above: "rises to", below: "falls to", moves: "moves in a day by" };
const STATES = [["", "All"], ["active", "Active"], ["triggered", "Triggered"], ["expired", "Expired"]] as const;
const TONES: Record<PriceAlert["state"], string> = { active: "accent", triggered: "up", expired: "" };

function conditionOf({ condition, value, adjustedValue, currency }: PriceAlert): string {
  if (condition === "moves") return `${CONDITIONS.moves} ${amount(value)} %`;
  const split = adjustedValue === undefined ? "" : ` (${price(value)} before the split)`;
  return `${CONDITIONS[condition]} ${price(adjustedValue ?? value, currency)}${split}`;
}

function Outcome({ of: { state, trigger, currency, expiresOn } }: { of: PriceAlert }) {
  return (
    <>
      <Badge tone={TONES[state]}>{state}</Badge>{" "}
      {trigger && <>at {price(trigger.price, currency)}{trigger.changePercent !== undefined && ` (${change(trigger.changePercent)})`} on {day(trigger.date)}</>}
      {state === "active" && expiresOn && <span class="faint">until {day(expiresOn)}</span>}
    </>
  );
}

function NewPriceAlert({ onEnd }: { onEnd: () => void }) {
  const action = useAction();
  const keyOf = useIdempotency();
  const [condition, setCondition] = useState<Condition>("above");
  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const [note, expiresOn] = [textOf(data, "note"), textOf(data, "expires")];
    const body = { symbol: textOf(data, "symbol"), condition, value: Number(textOf(data, "value")), ...(note && { note }), ...(expiresOn && { expiresOn }) };
    if (await action.run(() => api.call("post", "/api/price-alerts", { body, headers: keyOf(body) }))) form.reset();
    onEnd();
  };
  return (
    <Card title="New price alert">
      <form class="stack" onSubmit={create}>
        <div class="inline-form">
          <Field id="alert-symbol" label="Symbol"><input id="alert-symbol" name="symbol" required autocomplete="off" spellcheck={false} placeholder="NVDA" /></Field>
          <Field id="alert-condition" label="When the price">
            <select id="alert-condition" value={condition} onChange={({ currentTarget }) => setCondition(currentTarget.value as Condition)}>
              {Object.entries(CONDITIONS).map(([name, text]) => <option key={name} value={name}>{text}</option>)}
            </select>
          </Field>
          <Field id="alert-value" label={condition === "moves" ? "Percent" : "Price"}><input id="alert-value" name="value" type="number" min={0} step="any" required /></Field>
          <Field id="alert-expires" label="Last day (optional)"><input id="alert-expires" name="expires" type="date" /></Field>
        </div>
        <Field id="alert-note" label="Note (optional)"><input id="alert-note" name="note" maxLength={200} /></Field>
        {action.error !== undefined && <Problem error={action.error} />}
        <div><button type="submit" class="button primary" disabled={action.busy}>Create</button></div>
      </form>
    </Card>
  );
}

export function PriceAlerts() {
  const page = pageNumber();
  const state = (place.value.query.get("state") || undefined) as PriceAlert["state"] | undefined;
  const alerts = useLoad(`price-alerts:${state ?? ""}:${page}`, () => api.call("get", "/api/price-alerts", { query: { page, limit: 25, state } }));
  const action = useAction();
  useEffect(() => onEvent(({ event }) => event === "price_alert" && alerts.reload()), [state, page]);
  const remove = async (priceAlertId: string) => {
    await action.run(() => api.call("delete", "/api/price-alerts/{priceAlertId}", { path: { priceAlertId } }));
    alerts.reload();
  };
  return (
    <>
      {may("launch") && <NewPriceAlert onEnd={alerts.reload} />}
      {action.error !== undefined && <Problem error={action.error} />}
      <Card title="Price alerts" aside={<Choice label="State" name="state" choices={STATES} />}>
        <Result of={alerts} lines={4}>
          {({ priceAlerts: rows, pagination }) =>
            rows.length === 0 ? (
              <Empty title="No price alert in this selection"><p>One tells you once that a price has reached a level, or has moved by so many percent within a day.</p></Empty>
            ) : (
              <>
                <Table
                  label="Price alerts"
                  rows={rows}
                  keyOf={({ id }) => id}
                  columns={[
                    { name: "Symbol", cell: ({ symbol }) => <Link href={withQuery("/", { symbol })}>{symbol}</Link> },
                    { name: "When it", cell: (alert) => <>{conditionOf(alert)}{alert.note && <><br /><span class="faint">{alert.note}</span></>}</> },
                    { name: "State", cell: (alert) => <Outcome of={alert} /> },
                    { name: "Price then", right: true, cell: (alert) => <span title={day(alert.priceDate)}>{price(alert.price, alert.currency)}</span> },
                    { name: "Created", cell: ({ createdAt }) => <span class="nowrap"><Time at={createdAt} /></span> },
                    may("launch") && { name: "Actions", cell: (alert) => <button type="button" class="button quiet" aria-label={`Delete: ${alert.symbol} ${conditionOf(alert)}`} disabled={action.busy} onClick={() => remove(alert.id)}>Delete</button> },
                  ]}
                />
                <Pager of={pagination} />
              </>
            )
          }
        </Result>
      </Card>
    </>
  );
}
