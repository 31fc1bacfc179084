// The desk: launch an analysis, follow what runs, open what has ended.
import type { Schemas } from "tradecore-client";
import { useEffect, useState } from "preact/hooks";
import { AtWork } from "../app";
import { day, words } from "../format";
import { useIdempotency } from "../idempotency";
import { AnalystChoices, BriefFields, configOf, EngineField, ModelField, modelOf, useBrief, useEngines } from "../launch/brief";
import { onEvent } from "../live";
import { useAction, useLoad } from "../load";
import { go, Link } from "../router";
import { api, may } from "../session";
import { ActionBadge, Badge, Card, Confidence, Empty, Field, Problem, Progress, Result, Time } from "../ui/parts";

type Row = Schemas["AnalysisData"];

function Launch() {
  const { engines, models } = useEngines();
  const brief = useBrief();
  const [engine, setEngine] = useState("");
  const [model, setModel] = useState("");
  const [riskRounds, setRiskRounds] = useState(0);
  const action = useAction();
  const keyOf = useIdempotency();

  const chosen = engines.find(({ name }) => name === engine) ?? engines.find(({ paid }) => paid) ?? engines[0];
  const chosenModel = modelOf(models, model);
  const paid = chosen?.paid === true && chosenModel !== undefined;

  const launch = async (event: SubmitEvent) => {
    event.preventDefault();
    const config = configOf(brief.depth, paid ? chosenModel : undefined, chosen?.name);
    const body = { ...brief.body, config: { ...config, ...(paid && { riskRounds }) } };
    await action.run(async () => {
      const { analysisId } = await api.call("post", "/api/analyze", { headers: keyOf(body), body });
      go(`/analyses/${analysisId}`);
    });
  };
  return (
    <form class="launch" onSubmit={launch}>
      <div class="launch-row">
        <BriefFields of={brief} />
        <EngineField engines={engines} value={chosen?.name ?? ""} onValue={setEngine} />
        <ModelField models={models} value={chosenModel?.name ?? ""} disabled={!paid} onValue={setModel} />
        {paid && (
          <Field id="risk" label="Rounds about the risk">
            <select id="risk" value={riskRounds} onChange={({ currentTarget }) => setRiskRounds(Number(currentTarget.value))}>
              <option value={0}>None</option>
              {[1, 2, 3].map((rounds) => <option key={rounds} value={rounds}>{rounds}</option>)}
            </select>
          </Field>
        )}
      </div>
      <div class="launch-row">
        <AnalystChoices chosen={brief.analysts} toggle={brief.toggle} />
        <div class="launch-end">
          <p class="hint">
            {paid ? "Every call of a model is paid for; the budget of the server bounds each analysis." : "Costs nothing: no model is called."}
          </p>
          <button type="submit" class="button primary" disabled={action.busy || brief.analysts.size === 0}>
            {action.busy ? "Launching …" : "Launch"}
          </button>
        </div>
      </div>
      {action.error !== undefined && <Problem error={action.error} />}
    </form>
  );
}

export function RowState({ row }: { row: Row }) {
  if (row.status === "completed") {
    return (
      <span class="row-state">
        <ActionBadge action={row.action ?? "HOLD"} />
        <Confidence value={row.confidence} />
      </span>
    );
  }
  if (row.status === "error") return <Badge tone="warn">Failed</Badge>;
  if (row.status === "queued") return <Badge>Queued</Badge>;
  return <Progress percent={row.progress} label={`Progress of ${row.symbol}`} />;
}

function Running({ row }: { row: Row }) {
  return (
    <li>
      <Link href={`/analyses/${row.id}`} class="run">
        <span class="run-symbol">{row.symbol}</span>
        <span class="faint">{day(row.date)}</span>
        <span class="run-agent">{row.status === "queued" ? "Waiting for its turn" : words(row.currentAgent || "starting")}</span>
        <RowState row={row} />
      </Link>
    </li>
  );
}

/** The rows of a list, which change with the events of the user. */
function useLiveRows(rows: Row[], reload: () => void): Row[] {
  const [changes, setChanges] = useState<Record<string, Partial<Row>>>({});
  useEffect(
    () =>
      onEvent(({ event, data }) => {
        if (event === "analysis_progress") {
          const id = String(data.analysisId);
          if (!rows.some((row) => row.id === id)) reload();
          const next: Partial<Row> = { status: "running", progress: Number(data["progress"]), currentAgent: String(data["agent"]) };
          setChanges((before) => ({ ...before, [id]: next }));
        } else if (event === "analysis_complete" || event === "analysis_error") {
          setChanges(({ [String(data.analysisId)]: _, ...others }) => others);
          reload();
        }
      }),
    [rows],
  );
  return rows.map((row) => (row.status === "running" || row.status === "queued" ? { ...row, ...changes[row.id] } : row));
}

export function DeskScreen() {
  const loaded = useLoad("desk", () => api.call("get", "/api/analyses", { query: { limit: 20 } }));
  const rows = useLiveRows(loaded.data?.analyses ?? [], loaded.reload);
  const running = rows.filter(({ status }) => status === "running" || status === "queued");
  const ended = rows.filter(({ status }) => status === "completed" || status === "error");
  return (
    <>
      <header class="head">
        <h1>Desk</h1>
        <AtWork />
      </header>
      {may("launch") && <Card title="New analysis"><Launch /></Card>}
      {running.length > 0 && (
        <Card title="At work" aside={`${running.length} running or waiting`}>
          <ul class="runs">{running.map((row) => <Running key={row.id} row={row} />)}</ul>
        </Card>
      )}
      <Card title="Latest decisions" aside="Confidence is the view of the engine, of 10">
        <Result of={loaded} lines={6}>
          {() =>
            ended.length === 0 ? (
              <Empty title="No decision yet">
                <p>Launch an analysis above, of NVDA for example. You can watch the desk argue, and read why it decided.</p>
              </Empty>
            ) : (
              <>
              <div class="decision-row column-names" aria-hidden="true"><span>Symbol</span><span>Analysed day</span><span>Engine</span><span>Launched</span><span>Decision</span></div>
              <ul class="decisions">
                {ended.map((row) => (
                  <li key={row.id}>
                    <Link href={`/analyses/${row.id}`} class="decision-row">
                      <span class="run-symbol">{row.symbol}</span>
                      <span>{day(row.date)}</span>
                      <span class="faint">{row.engine}</span>
                      <span class="faint"><Time at={row.createdAt} /></span>
                      <RowState row={row} />
                    </Link>
                  </li>
                ))}
              </ul>
              </>
            )
          }
        </Result>
      </Card>
    </>
  );
}
