// Engines side by side: the same question, over the same evidence.
import type { Schemas } from "tradecore-client";
import { useState } from "preact/hooks";
import { toggled } from "../form";
import { amount, day, money } from "../format";
import { useIdempotency } from "../idempotency";
import { AnalystChoices, BriefFields, configOf, EngineChoices, ModelField, modelOf, useBrief, useEngines } from "../launch/brief";
import { useAction, useLoad } from "../load";
import { go, Link, place } from "../router";
import { api, may } from "../session";
import { ActionBadge, Badge, Card, Empty, Field, Problem, Progress, Result, Time } from "../ui/parts";
import { Engines } from "./engine_records";
import { pageNumber, Pager, Table, Tabs } from "../ui/table";

type Summary = Schemas["ComparisonSummaryData"];

const LEAST = 2;

export function CompareTabs() {
  return <Tabs label="Views" tabs={[["/compare", "One day"], ["/backtests", "Many days"], ["/compare?view=records", "Records"]]} />;
}

function Launch() {
  const { engines, models } = useEngines();
  const brief = useBrief();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [model, setModel] = useState("");
  const [limit, setLimit] = useState("");
  const action = useAction();
  const keyOf = useIdempotency();
  const names = engines.map(({ name }) => name).filter((name) => !left.has(name));
  const chosenModel = modelOf(models, model);
  const paid = chosenModel !== undefined && engines.some(({ name, paid: billed }) => billed && !left.has(name));
  const launch = async (event: SubmitEvent) => {
    event.preventDefault();
    const body = { ...brief.body, config: configOf(brief.depth, paid ? chosenModel : undefined), engines: names, ...(limit && { maxCost: Number(limit) }) };
    await action.run(async () => {
      const { comparisonId } = await api.call("post", "/api/compare", { headers: keyOf(body), body });
      go(`/compare/${comparisonId}`);
    });
  };
  if (engines.length > 0 && engines.length < LEAST) {
    return (
      <Empty title="One engine is available">
        <p>
          A comparison needs two. A language model, TradingAgents or a program of your own can be connected:{" "}
          <Link href="/compare?view=records">the engines and what they lack</Link>
        </p>
      </Empty>
    );
  }
  return (
    <form class="launch" onSubmit={launch}>
      <div class="launch-row">
        <BriefFields of={brief} />
        <ModelField models={models} value={chosenModel?.name ?? ""} disabled={!paid} onValue={setModel} />
        {paid && (
          <Field id="limit" label="Dollars at most">
            <input id="limit" inputMode="decimal" pattern="[0-9]+([.][0-9]+)?" placeholder="No bound" value={limit} onInput={({ currentTarget }) => setLimit(currentTarget.value)} />
          </Field>
        )}
      </div>
      <EngineChoices engines={engines} chosen={new Set(names)} onToggle={(name) => setLeft(toggled(left, name))} />
      <div class="launch-row">
        <AnalystChoices chosen={brief.analysts} toggle={brief.toggle} />
        <div class="launch-end">
          <p class="hint">{names.length < LEAST ? "Choose two engines or more." : "No recommendation is issued."}</p>
          <button type="submit" class="button primary" disabled={action.busy || brief.analysts.size === 0 || names.length < LEAST}>
            {action.busy ? "Launching …" : "Compare"}
          </button>
        </div>
      </div>
      {action.error !== undefined && <Problem error={action.error} />}
    </form>
  );
}

function Answers({ row }: { row: Summary }) {
  if (row.status === "running" || row.status === "queued") return <Progress percent={row.progress} label={`Progress of ${row.symbol}`} />;
  return (
    <span class="answers">
      {row.engines.map(({ engine, action }) => (
        <span key={engine}><span class="faint">{engine}</span> {action ? <ActionBadge action={action} /> : <Badge tone="warn">Failed</Badge>}</span>
      ))}
    </span>
  );
}

function Comparisons() {
  const page = pageNumber();
  const comparisons = useLoad(`comparisons:${page}`, () => api.call("get", "/api/compare", { query: { page, limit: 20 } }));
  return (
    <Card title="Comparisons">
      <Result of={comparisons} lines={5}>
        {({ comparisons: rows, pagination }) =>
          rows.length === 0 ? (
            <Empty title="No comparison yet"><p>The engines get the same evidence, and you see where they differ and on what.</p></Empty>
          ) : (
            <>
              <Table
                label="Comparisons"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: "Symbol", cell: ({ id, symbol }) => <Link href={`/compare/${id}`} class="strong">{symbol}</Link> },
                  { name: "Day", cell: ({ date }) => <span class="nowrap">{day(date)}</span> },
                  { name: "Answers", cell: (row) => <Answers row={row} /> },
                  { name: "Rounds", right: true, cell: ({ researchDepth }) => amount(researchDepth) },
                  { name: "At most", right: true, cell: ({ maxCost }) => (maxCost === 0 ? "free" : money(maxCost)) },
                  { name: "Created", cell: ({ createdAt }) => <span class="nowrap"><Time at={createdAt} /></span> },
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

export function CompareScreen() {
  return (
    <>
      <header class="head"><h1>Compare</h1><CompareTabs /></header>
      {place.value.query.get("view") === "records" ? <Engines /> : (
        <>
          {may("launch") && <Card title="New comparison"><Launch /></Card>}
          <Comparisons />
        </>
      )}
    </>
  );
}
