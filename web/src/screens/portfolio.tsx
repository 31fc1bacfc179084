// The portfolio: its worth over time, what it holds, its orders, and what comes in.
import type { Schemas } from "tradecore-client";
import { useEffect, useMemo, useState } from "preact/hooks";
import { CurveChart } from "../chart/curves";
import { amount, change, dollars, money, percent, price, tone } from "../format";
import { onEvent } from "../live";
import { useAction, useLoad } from "../load";
import { Link, place, withQuery } from "../router";
import { api, may } from "../session";
import { Badge, Card, Empty, Fact, Field, Problem, Result, Time } from "../ui/parts";
import { Choice, pageNumber, Pager, Table } from "../ui/table";

type Portfolio = Schemas["PortfolioData"];

const PERIODS = [["30", "30 days"], ["90", "90 days"], ["365", "a year"]] as const;
const STATUS_TONES: Record<string, string> = { alert: "down", review: "warn", hold: "" };
const OPEN: ReadonlySet<string> = new Set(["pending", "accepted"]);

function Worth({ days }: { days: number }) {
  const loaded = useLoad(`worth:${days}`, () => api.call("get", "/api/portfolio/history", { query: { days } }));
  const curves = useMemo(() => {
    const points = loaded.data?.points ?? [];
    const benchmark = points.flatMap(({ date, benchmark: value }) => (value === undefined ? [] : [{ date, value }]));
    return [
      { name: "Portfolio", points },
      ...(benchmark.length > 0 ? [{ name: "Benchmark", points: benchmark, baseline: true }] : []),
    ];
  }, [loaded.data]);
  return (
    <Card title="Worth over time" aside={<Choice label="Period" name="days" choices={PERIODS} />}>
      <Result of={loaded} lines={8}>
        {({ points }) =>
          points.length < 2 ? (
            <Empty title="No curve yet"><p>It begins with the second day after a deposit.</p></Empty>
          ) : (
            <CurveChart curves={curves} label="Worth of the portfolio" write={dollars} />
          )
        }
      </Result>
    </Card>
  );
}

function Positions({ portfolio }: { portfolio: Portfolio }) {
  if (portfolio.positions.length === 0) {
    return <Empty title="Nothing is held"><p>Execute a <Link href="/recommendations">recommendation</Link>, or import what you hold elsewhere.</p></Empty>;
  }
  return (
    <Table
      label="Positions"
      rows={portfolio.positions}
      keyOf={({ id }) => id}
      columns={[
        { name: "Symbol", cell: ({ symbol }) => <Link href={withQuery("/history", { symbol, days: "365" })} class="strong">{symbol}</Link> },
        { name: "Units", right: true, cell: ({ quantity }) => amount(quantity) },
        { name: "Paid", right: true, cell: ({ avgEntryPrice }) => price(avgEntryPrice) },
        { name: "Price", right: true, cell: ({ currentPrice, priceDate, priceSource }) => <span title={`${priceSource ?? "no source"}, ${priceDate ?? "no day"}`}>{price(currentPrice)}</span> },
        { name: "Value", right: true, cell: ({ currentValue }) => money(currentValue) },
        { name: "Return", right: true, cell: ({ returnPercent }) => <span class={tone(returnPercent)}>{change(returnPercent)}</span> },
        { name: "Share", right: true, cell: ({ currentValue }) => (currentValue === null ? "–" : percent((currentValue / portfolio.totalValue) * 100)) },
        { name: "Desk", cell: ({ aiStatus }) => <Badge tone={STATUS_TONES[aiStatus] ?? ""}>{aiStatus}</Badge> },
      ]}
    />
  );
}

function Orders({ onChange }: { onChange: () => void }) {
  const page = pageNumber();
  const orders = useLoad(`orders:page:${page}`, () => api.call("get", "/api/portfolio/orders", { query: { page, limit: 25 } }));
  const action = useAction();
  useEffect(() => onEvent(({ event }) => event.startsWith("order_") && orders.reload()), [page]);
  const cancel = async (orderId: string) => {
    await action.run(() => api.call("delete", "/api/portfolio/orders/{orderId}", { path: { orderId } }));
    orders.reload();
    onChange();
  };
  return (
    <Card title="Orders">
      {action.error !== undefined && <Problem error={action.error} />}
      <Result of={orders} lines={4}>
        {({ orders: rows, pagination }) =>
          rows.length === 0 ? (
            <Empty title="No order yet"><p>Orders come from recommendations that you execute.</p></Empty>
          ) : (
            <>
              <Table
                label="Orders"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: "Symbol", cell: ({ symbol, recommendationId }) => <Link href={`/analyses/${recommendationId}`} class="strong">{symbol}</Link> },
                  { name: "Side", cell: ({ side, closes }) => <>{side}{closes && " (exit)"}</> },
                  { name: "Filled", right: true, cell: ({ filled, quantity }) => `${amount(filled)} of ${amount(quantity)}` },
                  { name: "At", right: true, cell: ({ averagePrice }) => price(averagePrice) },
                  { name: "Limit", right: true, cell: ({ limitPrice }) => price(limitPrice) },
                  { name: "State", cell: ({ status, reason }) => <><Badge tone={status === "filled" ? "up" : OPEN.has(status) ? "accent" : ""}>{status}</Badge> <span class="faint">{reason}</span></> },
                  { name: "Placed", cell: ({ createdAt }) => <span class="nowrap"><Time at={createdAt} /></span> },
                  may("trade") && {
                    name: "Actions",
                    cell: ({ id, status, symbol }) =>
                      OPEN.has(status) && <button type="button" class="button quiet" aria-label={`Cancel the order of ${symbol}`} disabled={action.busy} onClick={() => cancel(id)}>Cancel</button>,
                  },
                ]}
              />
              <Pager of={pagination} />
            </>
          )
        }
      </Result>
    </Card>
  );
}

function Cash({ onChange }: { onChange: () => void }) {
  const action = useAction();
  const [text, setText] = useState("");
  const move = async (sign: 1 | -1) => {
    const moved = await action.run(() => api.call("post", "/api/portfolio/cash", { body: { amount: sign * Number(text) } }));
    if (moved) {
      setText("");
      onChange();
    }
  };
  return (
    <Card title="Cash">
      <form class="stack" onSubmit={(event) => { event.preventDefault(); void move(1); }}>
        <Field id="cash" label="Dollars">
          <input id="cash" inputMode="decimal" pattern="[0-9]+([.][0-9]{1,2})?" required value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </Field>
        <div class="buttons">
          <button type="submit" class="button primary" disabled={action.busy}>Deposit</button>
          <button type="button" class="button" disabled={action.busy || !(Number(text) > 0)} onClick={() => move(-1)}>Withdraw</button>
        </div>
        {action.error !== undefined && <Problem error={action.error} />}
      </form>
    </Card>
  );
}

interface Line {
  symbol: string;
  quantity: number;
  price: number;
}

/** The rows of a table with a header; other columns are left out. */
function positionsOf(csv: string): Line[] {
  const [head = "", ...rows] = csv.trim().split(/\r?\n/);
  const separator = head.includes(";") ? ";" : head.includes("\t") ? "\t" : ",";
  const names = head.toLowerCase().split(separator).map((name) => name.trim());
  const columnOf = (name: string) => names.indexOf(name);
  return rows.filter((row) => row.trim()).map((row) => {
    const cells = row.split(separator).map((cell) => cell.trim().replace(/^"|"$/g, ""));
    return { symbol: cells[columnOf("symbol")] ?? "", quantity: Number(cells[columnOf("quantity")]), price: Number(cells[columnOf("price")]) };
  });
}

function Import({ onChange }: { onChange: () => void }) {
  const action = useAction();
  const [text, setText] = useState("");
  const [done, setDone] = useState("");
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setDone("");
    const imported = await action.run(async () => {
      const result = await api.call("post", "/api/portfolio/import", { body: { positions: positionsOf(text) } });
      setDone(`${amount(result.imported)} imported, ${amount(result.skipped)} known before.`);
    });
    if (imported) {
      setText("");
      onChange();
    }
  };
  return (
    <Card title="Import positions">
      <form class="stack" onSubmit={submit}>
        <Field id="csv" label="A table with the columns symbol, quantity and price" hint="Price is the average that you paid for a unit.">
          <textarea id="csv" rows={4} required value={text} placeholder={"symbol,quantity,price\nNVDA,15,850"} onInput={(event) => setText(event.currentTarget.value)} aria-describedby="csv-hint" />
        </Field>
        <div class="buttons">
          <button type="submit" class="button" disabled={action.busy}>Import</button>
          <label class="button file">Choose a file<input type="file" accept=".csv,text/csv" class="hidden" onChange={async ({ currentTarget }) => setText((await currentTarget.files?.[0]?.text()) ?? "")} /></label>
        </div>
        {done && <p role="status">{done}</p>}
        {action.error !== undefined && <Problem error={action.error} />}
      </form>
    </Card>
  );
}

function Totals({ portfolio }: { portfolio: Portfolio }) {
  const { performance: of, unpriced } = portfolio;
  return (
    <Card>
      <dl class="facts">
        <Fact name="Worth" note={<Time at={portfolio.updatedAt} />}>{money(portfolio.totalValue)}</Fact>
        <Fact name="Return" tone={tone(portfolio.totalReturnPercent)} note={`${money(portfolio.totalReturn)} on ${money(portfolio.netDeposits)}`}>{change(portfolio.totalReturnPercent)}</Fact>
        <Fact name="Cash" note={`${percent((portfolio.cash / portfolio.totalValue) * 100)} of it`}>{money(portfolio.cash)}</Fact>
        <Fact name="Day" tone={tone(of.daily)}>{change(of.daily)}</Fact>
        <Fact name="Month" tone={tone(of.monthly)}>{change(of.monthly)}</Fact>
        <Fact name="Fees">{money(portfolio.fees)}</Fact>
      </dl>
      {unpriced.length > 0 && <p class="notice">Without a price, and so in no total: {unpriced.join(", ")}</p>}
    </Card>
  );
}

export function PortfolioScreen() {
  const loaded = useLoad("portfolio", () => api.call("get", "/api/portfolio", {}));
  useEffect(() => onEvent(({ event }) => event === "order_filled" && loaded.reload()), []);
  const [moves, setMoves] = useState(0);
  const refresh = () => {
    loaded.reload();
    setMoves(moves + 1);
  };
  return (
    <>
      <header class="head"><h1>Portfolio</h1></header>
      <Result of={loaded} lines={10}>
        {(portfolio) => (
          <>
            <Totals portfolio={portfolio} />
            <Worth key={moves} days={Number(place.value.query.get("days") ?? 30)} />
            <Card title="Positions"><Positions portfolio={portfolio} /></Card>
            <Orders onChange={refresh} />
            {may("trade") && <div class="halves"><Cash onChange={refresh} /><Import onChange={refresh} /></div>}
          </>
        )}
      </Result>
    </>
  );
}
