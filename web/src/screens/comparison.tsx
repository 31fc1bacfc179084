// One comparison: live while its engines work, then what they answered, where they differ, and on which evidence.
import type { ComponentChild } from "preact";
import type { Schemas } from "tradecore-client";
import { useEffect, useState } from "preact/hooks";
import { amount, change, day, money, percent, price, seconds, words } from "../format";
import { onEvent } from "../live";
import { useAction, useLoad } from "../load";
import { Link } from "../router";
import { api, may } from "../session";
import { Inline } from "../text";
import { ActionBadge, Badge, Card, Confidence, Problem, Progress, Result, Time } from "../ui/parts";
import { Table } from "../ui/table";

type Comparison = Schemas["ComparisonData"];
type Answer = Schemas["ComparedEngineData"];

const STANCES: Record<string, string> = { bullish: "up", bull: "up", BUY: "up", bearish: "down", bear: "down", SELL: "down" };
const RELOAD_PAUSE = 2000;

const runs = ({ status }: { status: Answer["status"] }): boolean => status === "queued" || status === "running";

function Levels({ of: { levels } }: { of: Answer }) {
  if (!levels) return <>–</>;
  const away = (to: number) => <span class="faint">{change((to / levels.entry - 1) * 100, 1)}</span>;
  return (
    <dl class="levels number">
      <div><dt>Entry</dt><dd>{price(levels.entry)}</dd></div>
      <div><dt>Stop</dt><dd>{price(levels.stop)} {away(levels.stop)}</dd></div>
      <div><dt>Target</dt><dd>{price(levels.target)} {away(levels.target)}</dd></div>
    </dl>
  );
}

function State({ of: answer, percent: live }: { of: Answer; percent: number | undefined }) {
  if (answer.status === "error") return <span class="down">{answer.error ?? "Failed"}</span>;
  if (answer.status === "queued") return <Badge>Queued</Badge>;
  if (answer.status === "running") return <Progress percent={Math.max(live ?? 0, answer.progress)} label={`Progress of ${answer.engine}`} />;
  return <Badge tone="up">Completed</Badge>;
}

/** What the engines answered, a column for each. */
function SideBySide({ engines, progress }: { engines: readonly Answer[]; progress: Record<string, number> }) {
  const rows: [name: string, cell: (answer: Answer) => ComponentChild][] = [
    ["State", (answer) => <State of={answer} percent={progress[answer.analysisId]} />],
    ["Action", ({ action }) => (action ? <ActionBadge action={action} /> : "–")],
    ["Confidence", ({ confidence }) => <Confidence value={confidence} />],
    ["Position", ({ positionSize, action }) => (action === "HOLD" ? "–" : percent(positionSize))],
    ["Levels", (answer) => (answer.action === "HOLD" ? "–" : <Levels of={answer} />)],
    ["Verdict", ({ verdict }) => (verdict ? <Inline text={verdict} /> : "–")],
    ["Cost", ({ cost, calls }) => (calls === 0 ? "none" : `${cost === null ? "of an unknown price" : money(cost)}, ${amount(calls)} calls`)],
    ["Time", ({ seconds: ran }) => seconds(ran)],
  ];
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Engines side by side">
      <table class="plain sides">
        <thead>
          <tr>
            <th scope="col"><span class="hidden">Subject</span></th>
            {engines.map(({ engine, label, analysisId }) => (
              <th key={engine} scope="col"><Link href={`/analyses/${analysisId}`} class="strong">{engine}</Link><span class="sides-label">{label}</span></th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, cell]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {engines.map((answer) => <td key={answer.engine}>{cell(answer)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Disagreements({ of: { disagreements, engines, status } }: { of: Comparison }) {
  if (disagreements.length === 0) {
    return <p class="faint">{status === "completed" ? "The engines agree: on the action, in the debate, and analyst by analyst." : "None so far."}</p>;
  }
  return (
    <Table
      label="Disagreements"
      rows={disagreements}
      keyOf={({ subject }) => subject}
      columns={[
        { name: "Subject", cell: ({ subject }) => <strong>{words(subject)}</strong> },
        ...engines.map(({ engine }) => ({
          name: engine,
          cell: ({ answers }: Schemas["DisagreementData"]) => (answers[engine] === undefined ? "–" : <Badge tone={STANCES[answers[engine]] ?? ""}>{answers[engine]}</Badge>),
        })),
      ]}
    />
  );
}

function Evidence({ of: { evidence, evidenceCount, evidenceDigest, sources, engines } }: { of: Comparison }) {
  if (evidenceDigest === null) return <p class="faint">It is collected when the first engine begins.</p>;
  return (
    <>
      <p class="source">All engines got the same {amount(evidenceCount)} pieces{sources.length > 0 && ` from ${sources.join("; ")}`}. SHA-256 <span class="digest">{evidenceDigest}</span></p>
      {evidence.length === 0 ? <p class="faint">No engine has cited any so far.</p> : (
        <Table
          label="Cited evidence"
          rows={evidence}
          keyOf={({ id }) => id}
          columns={[
            { name: "Id", cell: ({ id }) => id },
            { name: "Statement", cell: ({ statement, disputed }) => <p>{statement} {disputed && <Badge tone="warn">disputed</Badge>}</p> },
            { name: "As of", cell: ({ asOf }) => <span class="nowrap">{asOf}</span> },
            ...engines.map(({ engine }) => ({
              name: engine,
              cell: ({ stances }: Schemas["CitedEvidenceData"]) => (stances[engine] === undefined ? "–" : <Badge tone={STANCES[stances[engine]] ?? ""}>{stances[engine]}</Badge>),
            })),
          ]}
        />
      )}
    </>
  );
}

/** A comparison with the progress of its analyses, which changes with the events of the user. */
function useComparison(id: string) {
  const loaded = useLoad(`comparison:${id}`, () => api.call("get", "/api/compare/{comparisonId}", { path: { comparisonId: id } }));
  const [progress, setProgress] = useState<Record<string, number>>({});
  const ids = loaded.data?.engines.map(({ analysisId }) => analysisId).join() ?? "";
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Each step may be a disagreement: what is compared is loaded again, though not with every step.
    const refresh = () => (timer ??= setTimeout(() => {
      timer = undefined;
      loaded.reload();
    }, RELOAD_PAUSE));
    const stop = onEvent(({ event, data }) => {
      const analysis = String(data.analysisId);
      if (!ids.includes(analysis)) return;
      if (event === "analysis_complete" || event === "analysis_error") loaded.reload();
      if (event !== "analysis_progress") return;
      setProgress((before) => ({ ...before, [analysis]: Number(data["progress"]) }));
      refresh();
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [ids]);
  return { loaded, progress };
}

function Cancel({ id, onEnd }: { id: string; onEnd: () => void }) {
  const action = useAction();
  const cancel = async () => {
    await action.run(() => api.call("delete", "/api/compare/{comparisonId}", { path: { comparisonId: id } }));
    onEnd();
  };
  return (
    <>
      <button type="button" class="button" disabled={action.busy} onClick={cancel}>Cancel what runs</button>
      {action.error !== undefined && <Problem error={action.error} />}
    </>
  );
}

export function ComparisonScreen({ id }: { id: string }) {
  const { loaded, progress } = useComparison(id);
  const { data } = loaded;
  return (
    <>
      <header class="head">
        <div>
          <p class="crumb"><Link href="/compare">Compare</Link></p>
          <h1>{data ? <>{data.symbol} <span class="head-day">{day(data.date)}</span></> : "Comparison"}</h1>
        </div>
        {data && runs(data) && may("launch") && <Cancel id={id} onEnd={loaded.reload} />}
      </header>
      <Result of={loaded} lines={12}>
        {(comparison) => (
          <>
            <p class="faint">
              Launched <Time at={comparison.createdAt} />, {amount(comparison.researchDepth)} {comparison.researchDepth === 1 ? "round" : "rounds"} of debate, {comparison.analysts.join(", ")}.{" "}
              {comparison.maxCost === 0 ? "Free." : `Cost ${comparison.cost === null ? "not known" : money(comparison.cost)}${comparison.maxCost === null ? "" : `, at most ${money(comparison.maxCost)}`}.`}
            </p>
            {comparison.engines.map(({ engine, needsReview }) => needsReview && (
              <p key={engine} class="notice"><strong>{engine} needs a review.</strong> {needsReview}</p>
            ))}
            <Card title="Side by side"><SideBySide engines={comparison.engines} progress={progress} /></Card>
            <Card title="Where they differ"><Disagreements of={comparison} /></Card>
            <Card title="On which evidence"><Evidence of={comparison} /></Card>
          </>
        )}
      </Result>
    </>
  );
}
