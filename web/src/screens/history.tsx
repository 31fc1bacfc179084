// The history: decisions with what they returned, how confidence compares with it, and every analysis in any state.
import type { Schemas } from "tradecore-client";
import { amount, change, day, fixed, percent, tone } from "../format";
import { useLoad } from "../load";
import { Link, place } from "../router";
import { api } from "../session";
import { ActionBadge, Badge, Card, Confidence, Empty, Fact, Result, Time } from "../ui/parts";
import { Choice, pageNumber, Pager, Search, Table, Tabs } from "../ui/table";
import { RowState } from "./desk";

type History = Schemas["HistoryData"];
type Calibration = Schemas["CalibrationData"];

const DAYS = [["30", "30 days"], ["90", "90 days"], ["365", "a year"], ["3650", "ten years"]] as const;
const SORTS = [["date", "Day"], ["confidence", "Confidence"], ["return", "Return"]] as const;
const ORDERS = [["desc", "Descending"], ["asc", "Ascending"]] as const;
const ASSETS = [["", "All"], ["equity", "Shares"], ["crypto", "Crypto"]] as const;
const STATES = [["", "All"], ["completed", "Completed"], ["error", "Failed or cancelled"], ["running", "Running"], ["queued", "Queued"]] as const;

const chosen = (name: string, fallback: string): string => place.value.query.get(name) ?? fallback;
const optional = (name: string) => place.value.query.get(name) || undefined;

function Metrics({ metrics }: { metrics: History["metrics"] }) {
  const of = `over ${amount(metrics.sampleSize)} with a return`;
  const { scored } = metrics;
  return (
    <dl class="facts">
      <Fact name="Decisions" note={metrics.hidden > 0 ? `${amount(metrics.hidden)} hidden, counted` : "in this selection"}>{amount(metrics.totalAnalyses)}</Fact>
      <Fact name="Gained" note={of}>{percent(metrics.winRate)}</Fact>
      <Fact name="Average return" note={of} tone={tone(metrics.avgReturn)}>{change(metrics.avgReturn)}</Fact>
      <Fact name="Sharpe ratio" note={of}>{fixed(metrics.sharpeRatio, 2)}</Fact>
      <Fact name="Gained at the horizon" note={`${amount(scored.sampleSize)} in ${amount(scored.days)} days`}>{percent(scored.winRate)}</Fact>
      <Fact name="Average confidence">{fixed(metrics.avgConfidence, 2)}</Fact>
    </dl>
  );
}

const SIZE = 240;
const EDGE = 38;
const at = (value: number): number => EDGE + ((SIZE - EDGE - 8) * value) / 100;

/** Confidence against what came: on the line, 70 % confident decisions gain in 70 % of the cases. */
function Plot({ of: { buckets, sampleSize, brierScore, brierReference } }: { of: Calibration }) {
  const filled = buckets.filter(({ hitRate, avgConfidence }) => hitRate !== null && avgConfidence !== null);
  if (filled.length === 0) {
    return <p class="faint">Scored so far: {amount(sampleSize)}. That is too few to compare confidence with what came.</p>;
  }
  const said = filled.map(({ avgConfidence, hitRate, sampleSize: n }) => `confidence ${amount(avgConfidence, 1)}: ${percent(hitRate)} of ${n}`);
  return (
    <div class="plot">
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={`Calibration. ${said.join("; ")}`}>
        {[0, 50, 100].map((mark) => (
          <g key={mark} class="grid">
            <path d={`M${EDGE} ${SIZE - at(mark)}H${at(100)}M${at(mark)} ${SIZE - EDGE}V${SIZE - at(100)}`} />
            <text x={EDGE - 6} y={SIZE - at(mark) + 4} class="end">{mark}</text>
            <text x={at(mark)} y={SIZE - EDGE + 16} class="middle">{mark / 10}</text>
          </g>
        ))}
        <text x={at(50)} y={SIZE - 2} class="middle">confidence</text>
        <text x={EDGE + 6} y={SIZE - at(100) + 14}>gained, %</text>
        <path class="ideal" d={`M${at(0)} ${SIZE - at(0)}L${at(100)} ${SIZE - at(100)}`} />
        {filled.map(({ from, avgConfidence, hitRate, sampleSize: n }) => (
          <circle key={from} cx={at((avgConfidence ?? 0) * 10)} cy={SIZE - at(hitRate ?? 0)} r={Math.min(11, 3 + Math.sqrt(n))} />
        ))}
      </svg>
      <dl class="rows">
        <div><dt>Scored</dt><dd class="number">{amount(sampleSize)}</dd></div>
        <div><dt>Brier score</dt><dd class="number">{fixed(brierScore, 3)}</dd></div>
        <div><dt>Without a view</dt><dd class="number">{fixed(brierReference, 3)}</dd></div>
      </dl>
    </div>
  );
}

function Decisions() {
  const query = {
    symbol: optional("symbol"),
    assetType: optional("assetType") as "equity" | "crypto" | undefined,
    days: Number(chosen("days", "30")),
  };
  const sorting = { sortBy: chosen("sortBy", "date") as "date", sortOrder: chosen("sortOrder", "desc") as "desc", page: pageNumber(), limit: 50 };
  const key = JSON.stringify({ ...query, ...sorting });
  const history = useLoad(`history:${key}`, () => api.call("get", "/api/history", { query: { ...query, ...sorting } }));
  const calibration = useLoad(`calibration:${JSON.stringify(query)}`, () => api.call("get", "/api/history/calibration", { query }));
  return (
    <>
      <div class="filters">
        <Search label="Symbol" name="symbol" placeholder="All" />
        <Choice label="Kind" name="assetType" choices={ASSETS} />
        <Choice label="Created within" name="days" choices={DAYS} />
        <Choice label="Sort by" name="sortBy" choices={SORTS} />
        <Choice label="Order" name="sortOrder" choices={ORDERS} />
      </div>
      <Result of={history} lines={12}>
        {({ analyses, metrics, pagination }) => (
          <>
            <div class="halves">
              <Card title="What they returned"><Metrics metrics={metrics} /></Card>
              <Card title="Confidence and what came"><Result of={calibration}>{(data) => <Plot of={data} />}</Result></Card>
            </div>
            <Card title="Decisions">
              {analyses.length === 0 ? (
                <Empty title="No decision in this selection"><p>Widen it, or launch an analysis on the <Link href="/">desk</Link>.</p></Empty>
              ) : (
                <Table
                  label="Decisions"
                  rows={analyses}
                  keyOf={({ id }) => id}
                  columns={[
                    { name: "Symbol", cell: ({ id, symbol }) => <Link href={`/analyses/${id}`} class="strong">{symbol}</Link> },
                    { name: "Day", cell: ({ date }) => <span class="nowrap">{day(date)}</span> },
                    { name: "Action", cell: ({ action }) => <ActionBadge action={action} /> },
                    { name: "Confidence", cell: ({ confidence }) => <Confidence value={confidence} /> },
                    { name: "Return", right: true, cell: ({ actualReturn }) => <span class={tone(actualReturn)}>{change(actualReturn)}</span> },
                    { name: "Note", cell: ({ scored, inSample }) => <>{scored && <Badge>final</Badge>} {inSample && <Badge tone="warn">look-ahead</Badge>}</> },
                    { name: "Created", cell: ({ createdAt }) => <span class="nowrap"><Time at={createdAt} /></span> },
                  ]}
                />
              )}
              <Pager of={pagination} />
            </Card>
          </>
        )}
      </Result>
    </>
  );
}

function Runs() {
  const query = {
    symbol: optional("symbol"),
    engine: optional("engine"),
    status: optional("status") === undefined ? undefined : [optional("status") as "error"],
    page: pageNumber(),
    limit: 50,
  };
  const engines = useLoad("engines", () => api.call("get", "/api/engines", {}));
  const runs = useLoad(`runs:${JSON.stringify(query)}`, () => api.call("get", "/api/analyses", { query }));
  const names = (engines.data?.engines ?? []).map(({ name }) => [name, name] as const);
  return (
    <>
      <div class="filters">
        <Search label="Symbol" name="symbol" placeholder="All" />
        <Choice label="State" name="status" choices={STATES} />
        <Choice label="Engine" name="engine" choices={[["", "All"], ...names]} />
      </div>
      <Card title="Analyses">
        <Result of={runs} lines={10}>
          {({ analyses, pagination }) => (
            <>
              {analyses.length === 0 ? (
                <Empty title="No analysis in this selection"><p>Widen it, or launch one on the <Link href="/">desk</Link>.</p></Empty>
              ) : (
                <Table
                  label="Analyses"
                  rows={analyses}
                  keyOf={({ id }) => id}
                  columns={[
                    { name: "Symbol", cell: ({ id, symbol }) => <Link href={`/analyses/${id}`} class="strong">{symbol}</Link> },
                    { name: "Day", cell: ({ date }) => <span class="nowrap">{day(date)}</span> },
                    { name: "Engine", cell: ({ engine }) => engine },
                    { name: "State", cell: (row) => <RowState row={row} /> },
                    { name: "What happened", cell: ({ error, needsReview }) => error ?? needsReview ?? "" },
                    { name: "Created", cell: ({ createdAt }) => <span class="nowrap"><Time at={createdAt} /></span> },
                  ]}
                />
              )}
              <Pager of={pagination} />
            </>
          )}
        </Result>
      </Card>
    </>
  );
}

export function HistoryScreen() {
  const all = place.value.query.get("view") === "all";
  return (
    <>
      <header class="head">
        <h1>History</h1>
        <Tabs label="Views" tabs={[["/history", "Decisions"], ["/history?view=all", "Every analysis"]]} />
      </header>
      {all ? <Runs /> : <Decisions />}
    </>
  );
}
