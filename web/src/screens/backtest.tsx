// One backtest, or several engines over the same days: curves and a table with the baselines, then every decision.
import type { Schemas } from "tradecore-client";
import { useMemo } from "preact/hooks";
import { CurveChart, type Curve } from "../chart/curves";
import { amount, change, day, fixed, percent, price, tone, words } from "../format";
import { useLoad } from "../load";
import { Link, place } from "../router";
import { api } from "../session";
import { ActionBadge, Badge, Card, Confidence, Fact, Result } from "../ui/parts";
import { Choice, pageNumber, Pager, Table } from "../ui/table";
import { BacktestState, CancelBacktest, runs, useReload } from "./backtests";

type Backtest = Schemas["BacktestData"];
type Row = Schemas["BacktestPerformanceData"];
type Interval = Schemas["IntervalData"];

/** What follows the decisions, as opposed to a baseline. */
const DESK: ReadonlySet<string> = new Set(["target", "full", "sized"]);
const SHOWN = [["main", "Held from decision to decision"], ["desk", "The desk in three ways"], ["all", "Every baseline"]] as const;
const MEASURES = [["return", "Return"], ["drawdown", "Drawdown"]] as const;
const CHOICES: Record<string, readonly string[]> = {
  main: ["target", "held", "benchmark"],
  desk: ["target", "full", "sized", "held", "benchmark"],
  all: ["target", "held", "benchmark", "sma", "macd", "kdj_rsi", "reversion"],
};
const ON_PAGE = 50;
const MOST_CURVES = 9;

const points = (value: number): string => change(value, 1).replace(" %", "");

function between({ low, high }: Interval, write: (value: number) => string): string {
  return `${write(low)} to ${write(high)}`;
}

/** The names of the engine, shortened to what differs from the baselines. */
const nameOf = (label: string): string => label.replace(/^Baseline: /, "").replace(/^The desk, /, "");

/** The curves of a report; only the first of several shows the baselines, which are the same for all. */
function curvesOf({ engine, report }: Backtest, first: boolean, chosen: readonly string[], measure: string): Curve[] {
  if (!report) return [];
  const labels = new Map(report.table.map(({ curve, label }) => [curve as string, label]));
  const alone = chosen.filter((name) => DESK.has(name)).length === 1;
  return chosen.filter((name) => report.curves[name] && (first || DESK.has(name))).map((name) => {
    const { days = [], worth = [] } = report.curves[name] ?? {};
    const label = nameOf(labels.get(name) ?? name);
    let peak = 1;
    return {
      // The parameters of a baseline are in the table.
      name: !DESK.has(name) ? (label.split(",")[0] ?? label) : alone ? engine : `${engine}, ${label}`,
      baseline: !DESK.has(name),
      points: days.map((date, index) => {
        const value = worth[index] ?? 1;
        peak = Math.max(peak, value);
        return { date, value: (measure === "drawdown" ? value / peak - 1 : value - 1) * 100 };
      }),
    };
  });
}

function Curves({ all }: { all: readonly Backtest[] }) {
  const { query } = place.value;
  const [shown, measure] = [query.get("curves") ?? "main", query.get("measure") ?? "return"];
  const curves = useMemo(
    () => {
      const drawn = all.flatMap((backtest, index) => curvesOf(backtest, index === 0, CHOICES[shown] ?? [], measure));
      return [...drawn.filter(({ baseline }) => !baseline), ...drawn.filter(({ baseline }) => baseline)].slice(0, MOST_CURVES);
    },
    [all, shown, measure],
  );
  return (
    <Card title="After fees, in percent" aside={<div class="inline-choices"><Choice label="Curves" name="curves" choices={SHOWN} /><Choice label="Measure" name="measure" choices={MEASURES} /></div>}>
      <CurveChart curves={curves} label={measure === "drawdown" ? "Drawdown" : "Return"} write={(value) => change(value, 1)} />
    </Card>
  );
}

function Figures({ all }: { all: readonly Backtest[] }) {
  const symbol = place.value.query.get("symbol") ?? "";
  const rows = all.flatMap(({ engine, report }, index) =>
    (report?.table ?? [])
      .filter((row) => (row.symbol ?? "") === symbol && (index === 0 || DESK.has(row.curve)))
      .map((row) => ({ ...row, key: `${engine}:${row.curve}`, engine: DESK.has(row.curve) ? engine : undefined })),
  );
  const sorted = [...rows.filter(({ engine }) => engine), ...rows.filter(({ engine }) => !engine)];
  const symbols = all[0]?.symbols ?? [];
  const choices = [["", "All together"] as const, ...symbols.map((name) => [name, name] as const)];
  const figure = (name: string, cell: (row: Row) => string, toned?: (row: Row) => number) => ({
    name,
    right: true,
    cell: (row: Row) => (toned ? <span class={tone(toned(row))}>{cell(row)}</span> : cell(row)),
  });
  return (
    <Card title="With the baselines" aside={symbols.length > 1 && <Choice label="Symbol" name="symbol" choices={choices} />}>
      <Table
        label="Figures"
        rows={sorted}
        keyOf={({ key }) => key}
        columns={[
          { name: "What", cell: ({ engine, label }) => <span class="figure-name">{engine && <strong>{engine} </strong>}<span class={engine && "faint"}>{nameOf(label)}</span></span> },
          figure("Return", ({ totalReturn }) => change(totalReturn, 1), ({ totalReturn }) => totalReturn),
          figure("A year", ({ annualReturn }) => change(annualReturn, 1)),
          figure("Sharpe", ({ sharpeRatio }) => fixed(sharpeRatio, 2)),
          figure("Sortino", ({ sortinoRatio }) => fixed(sortinoRatio, 2)),
          figure("Drawdown", ({ maxDrawdown }) => percent(maxDrawdown)),
          figure("Trades", ({ trades }) => amount(trades)),
          figure("Gained (95 %)", ({ hitRate }) => (hitRate ? `${percent(hitRate.estimate, 0)} (${between(hitRate, (value) => amount(value, 0))})` : "–")),
          figure("Profit factor", ({ profitFactor }) => fixed(profitFactor, 2)),
          figure("Turnover", ({ turnover }) => fixed(turnover, 1)),
          figure("Exposure", ({ exposure }) => percent(exposure, 0)),
          figure("Alpha", ({ alpha }) => change(alpha, 1)),
          figure("Beta", ({ beta }) => fixed(beta, 2)),
        ]}
      />
    </Card>
  );
}

/** What the decisions show beyond chance. */
function Edge({ of: { engine, report } }: { of: Backtest }) {
  if (!report) return null;
  const { edge, metrics } = report;
  const actions = (["BUY", "SELL", "HOLD"] as const).map((action) => `${amount(metrics.actions[action] ?? 0)} ${action}`);
  return (
    <Card title={`What the decisions of ${engine} show`} aside={<Badge tone={edge.shown ? "up" : ""}>{edge.shown ? "An edge" : "No edge shown"}</Badge>}>
      <dl class="facts">
        <Fact name="Decisions" note={actions.join(", ")}>{amount(metrics.decisions)}</Fact>
        <Fact name="Gained" note={edge.hitInterval ? `${between(edge.hitInterval, (value) => percent(value, 0))}, of ${amount(edge.scored)} scored` : `${amount(edge.scored)} scored`}>{percent(edge.hitRate)}</Fact>
        <Fact name="The same plans on any day">{percent(edge.baseRate)}</Fact>
        <Fact name="Skill, in points" tone={edge.shown ? "up" : ""} {...(edge.skill && { note: between(edge.skill, points) })}>{edge.skill ? points(edge.skill.estimate) : "–"}</Fact>
        <Fact name="Average return" tone={tone(metrics.avgReturn)} note={`within ${amount(report.horizonWeeks)} weeks`}>{change(metrics.avgReturn)}</Fact>
        <Fact name="Brier score" note={edge.brierBase == null ? "calibrated" : `calibrated; ${amount(edge.brierBase, 3)} without a view`}>{amount(edge.brierCalibrated, 3)}</Fact>
      </dl>
      <p class="source">{edge.advisory}</p>
    </Card>
  );
}

function Decisions({ of: { engine, report } }: { of: Backtest }) {
  const page = pageNumber();
  const rows = report?.decisions ?? [];
  const pagination = { total: rows.length, page, pageSize: ON_PAGE, hasNext: page * ON_PAGE < rows.length };
  return (
    <details class="card report">
      <summary><span class="report-name">Decisions of {engine}</span><Badge>{amount(rows.length)}</Badge></summary>
      <Table
        label="Decisions"
        rows={rows.slice((page - 1) * ON_PAGE, page * ON_PAGE)}
        keyOf={({ symbol, date }) => `${symbol}:${date}`}
        columns={[
          { name: "Symbol", cell: ({ symbol }) => <strong>{symbol}</strong> },
          { name: "Day", cell: ({ date }) => <span class="nowrap">{day(date)}</span> },
          { name: "Action", cell: ({ action }) => <ActionBadge action={action} /> },
          { name: "Confidence", cell: ({ confidence }) => <Confidence value={confidence} /> },
          { name: "Entry", right: true, cell: ({ entryPrice }) => price(entryPrice) },
          { name: "Return", right: true, cell: ({ outcome }) => <span class={tone(outcome?.actualReturn)}>{change(outcome?.actualReturn)}</span> },
          { name: "Ended by", cell: ({ outcome }) => (outcome ? <span class="nowrap">{outcome.reason}, {day(outcome.leftOn)}</span> : "–") },
          { name: "Benchmark", right: true, cell: ({ outcome }) => change(outcome?.benchmarkReturn) },
          { name: "Note", cell: ({ inSample }) => inSample && <Badge tone="warn">look-ahead</Badge> },
        ]}
      />
      <Pager of={pagination} />
    </details>
  );
}

function Cautions({ of: { report } }: { of: Backtest }) {
  if (!report) return null;
  return (
    <>
      {report.synthetic && <p class="notice"><strong>Generated prices.</strong> This is a demonstration and says nothing about a real market.</p>}
      {report.inSample !== undefined && (
        <p class="notice">
          <strong>Look-ahead.</strong> {amount(report.inSample)} of {amount(report.decisions.length)} decisions are of a model that may have read what came after
          the day, so their results prove nothing.
        </p>
      )}
    </>
  );
}

export function BacktestScreen({ id }: { id: string }) {
  const others = (place.value.query.get("with") ?? "").split(",").filter((other) => other && other !== id);
  const ids = [id, ...others];
  const loaded = useLoad(`backtests:${ids.join()}`, () =>
    Promise.all(ids.map((backtestId) => api.call("get", "/api/backtests/{backtestId}", { path: { backtestId } }))),
  );
  useReload(loaded.reload, loaded.data?.some(runs) ?? false);
  const [first] = loaded.data ?? [];
  return (
    <>
      <header class="head">
        <div>
          <p class="crumb"><Link href="/backtests">Backtests</Link></p>
          <h1>{first ? <>{first.symbols.join(", ")} <span class="head-day">{day(first.from)} – {day(first.to)}</span></> : "Backtest"}</h1>
        </div>
      </header>
      <Result of={loaded} lines={12}>
        {(all) => {
          const reported = all.filter(({ report }) => report);
          return (
            <>
              {first && <p class="faint">{words(`decides every ${first.every}`)}, {amount(first.researchDepth)} {first.researchDepth === 1 ? "round" : "rounds"} of debate, {first.analysts.join(", ")}.{reported[0]?.report && ` Data: ${reported[0].report.sources.join("; ")}. Fees are ${amount(reported[0].report.feePercent, 3)} % of each side.`}</p>}
              {reported.map((backtest) => <Cautions key={backtest.id} of={backtest} />)}
              {all.filter(({ report }) => !report).map((backtest) => (
                <Card key={backtest.id} title={backtest.engine} aside={<CancelBacktest of={backtest} onEnd={loaded.reload} />}>
                  <BacktestState of={backtest} />
                  <p class="source">{amount(backtest.decided)} of {amount(backtest.decisions)} decisions are made.</p>
                </Card>
              ))}
              {reported.length > 0 && <><Curves all={reported} /><Figures all={reported} /></>}
              {reported.map((backtest) => <Edge key={backtest.id} of={backtest} />)}
              {reported.map((backtest) => <Decisions key={backtest.id} of={backtest} />)}
            </>
          );
        }}
      </Result>
    </>
  );
}
