// Backtests: what an engine would have decided on past days.
import type { Schemas } from "tradecore-client";
import { useEffect, useState } from "preact/hooks";
import { symbolsIn, textOf, toggled } from "../form";
import { amount, day } from "../format";
import { AnalystChoices, ANALYSTS, EngineChoices, Rounds, useEngines, type Analyst } from "../launch/brief";
import { useAction, useLoad } from "../load";
import { go, Link } from "../router";
import { server, today } from "../server";
import { api, may } from "../session";
import { Badge, Card, Empty, Field, Problem, Progress, Result, Time } from "../ui/parts";
import { pageNumber, Pager, Table } from "../ui/table";
import { CompareTabs } from "./compare";

type Summary = Schemas["BacktestSummaryData"];

const RELOAD_PAUSE = 2000;
const MONTHS = 6;
const FREQUENCIES = [["week", "Every week"], ["day", "Every day"], ["month", "Every month"]] as const;

export const runs = ({ status }: { status: Summary["status"] }): boolean => status === "queued" || status === "running";

/** Load again and again while something runs: backtests have no events. */
export function useReload(reload: () => void, running: boolean): void {
  useEffect(() => {
    const timer = running ? setInterval(reload, RELOAD_PAUSE) : undefined;
    return () => clearInterval(timer);
  }, [running]);
}

export function BacktestState({ of: { status, progress, symbols, error } }: { of: Summary }) {
  if (status === "completed") return <Badge tone="up">Completed</Badge>;
  if (status === "cancelled") return <Badge>Cancelled</Badge>;
  if (status === "error") return <><Badge tone="warn">Failed</Badge> <p>{error}</p></>;
  return <Progress percent={progress} label={`Progress of ${symbols.join(", ")}`} />;
}

/** A button that cancels a backtest while it runs. */
export function CancelBacktest({ of, onEnd }: { of: Summary; onEnd: () => void }) {
  const action = useAction();
  if (!runs(of) || !may("launch")) return null;
  const cancel = async () => {
    await action.run(() => api.call("delete", "/api/backtests/{backtestId}", { path: { backtestId: of.id } }));
    onEnd();
  };
  return (
    <>
      <button type="button" class="button quiet" aria-label={`Cancel the backtest of ${of.symbols.join(", ")} with ${of.engine}`} disabled={action.busy} onClick={cancel}>Cancel</button>
      {action.error !== undefined && <Problem error={action.error} />}
    </>
  );
}

/** A day some months before, as a date field has it. */
function monthsBefore(date: string, months: number): string {
  if (!date) return "";
  const earlier = new Date(`${date}T00:00:00Z`);
  earlier.setUTCMonth(earlier.getUTCMonth() - months);
  return earlier.toISOString().slice(0, 10);
}

function Launch() {
  const { engines } = useEngines();
  const [recorded, setRecorded] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(["rules"]));
  const [analysts, setAnalysts] = useState<ReadonlySet<Analyst>>(new Set(ANALYSTS));
  const [depth, setDepth] = useState(1);
  const action = useAction();
  // The day of the server, once it has said which.
  const newest = server.value === undefined ? "" : today();
  const usable = engines.filter(({ paid }) => recorded || !paid);
  const names = usable.map(({ name }) => name).filter((name) => chosen.has(name));
  const launch = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const body = {
      symbols: symbolsIn(textOf(form, "symbols")),
      from: textOf(form, "from"),
      to: textOf(form, "to"),
      every: textOf(form, "every") as Summary["every"],
      mode: recorded ? ("recorded" as const) : ("live" as const),
      analysts: ANALYSTS.filter((name) => analysts.has(name)),
      researchDepth: depth,
    };
    await action.run(async () => {
      const ids: string[] = [];
      // An equal request has the same id, so that sending this again launches nothing twice.
      for (const engine of names) ids.push((await api.call("post", "/api/backtests", { body: { ...body, engine } })).id);
      const [first = "", ...others] = ids;
      go(`/backtests/${first}${others.length > 0 ? `?with=${others.join(",")}` : ""}`);
    });
  };
  return (
    <form class="launch" onSubmit={launch}>
      <div class="launch-row">
        <Field id="symbols" label="Symbols"><input id="symbols" name="symbols" required placeholder="AAPL, MSFT" autocomplete="off" spellcheck={false} /></Field>
        <Field id="from" label="From"><input key={newest} id="from" name="from" type="date" required defaultValue={monthsBefore(newest, MONTHS)} /></Field>
        <Field id="to" label="To"><input key={newest} id="to" name="to" type="date" required defaultValue={newest} /></Field>
        <Field id="every" label="Decide"><select id="every" name="every">{FREQUENCIES.map(([value, name]) => <option key={value} value={value}>{name}</option>)}</select></Field>
        <Rounds value={depth} onValue={setDepth} />
        {engines.some(({ paid }) => paid) && (
          <Field id="mode" label="Answers">
            <select id="mode" value={recorded ? "recorded" : "live"} onChange={({ currentTarget }) => setRecorded(currentTarget.value === "recorded")}>
              <option value="live">Made now, free</option>
              <option value="recorded">Recorded before</option>
            </select>
          </Field>
        )}
      </div>
      <EngineChoices engines={usable} chosen={new Set(names)} onToggle={(name) => setChosen(toggled(chosen, name))} />
      <div class="launch-row">
        <AnalystChoices chosen={analysts} toggle={(name) => setAnalysts(toggled(analysts, name))} />
        <div class="launch-end">
          <p class="hint">{names.length === 0 ? "Choose an engine." : "Costs nothing. What was decided before is not decided again."}</p>
          <button type="submit" class="button primary" disabled={action.busy || analysts.size === 0 || names.length === 0}>{action.busy ? "Launching …" : "Launch"}</button>
        </div>
      </div>
      {action.error !== undefined && <Problem error={action.error} />}
    </form>
  );
}

export function BacktestsScreen() {
  const page = pageNumber();
  const backtests = useLoad(`backtests:${page}`, () => api.call("get", "/api/backtests", { query: { page, limit: 25 } }));
  useReload(backtests.reload, backtests.data?.backtests.some(runs) ?? false);
  return (
    <>
      <header class="head"><h1>Compare</h1><CompareTabs /></header>
      {may("launch") && <Card title="New backtest"><Launch /></Card>}
      <Card title="Backtests">
        <Result of={backtests} lines={5}>
          {({ backtests: rows, pagination }) =>
            rows.length === 0 ? (
              <Empty title="No backtest yet"><p>An engine decides as of past days, from what was known on each, and its decisions are scored against baselines.</p></Empty>
            ) : (
              <>
                <Table
                  label="Backtests"
                  rows={rows}
                  keyOf={({ id }) => id}
                  columns={[
                    { name: "Symbols", cell: ({ id, symbols }) => <Link href={`/backtests/${id}`} class="strong">{symbols.join(", ")}</Link> },
                    { name: "Days", cell: ({ from, to }) => <span class="nowrap">{day(from)} – {day(to)}</span> },
                    { name: "Decides", cell: ({ every }) => <span class="nowrap">every {every}</span> },
                    { name: "Engine", cell: ({ engine }) => engine },
                    { name: "Decided", right: true, cell: ({ decided, decisions }) => `${amount(decided)} of ${amount(decisions)}` },
                    { name: "State", cell: (row) => <BacktestState of={row} /> },
                    { name: "Launched", cell: ({ createdAt }) => <span class="nowrap"><Time at={createdAt} /></span> },
                    rows.some(runs) && may("launch") && { name: "Actions", cell: (row) => <CancelBacktest of={row} onEnd={backtests.reload} /> },
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
