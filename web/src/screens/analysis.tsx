// One analysis: live while the desk works, then its decision.
import type { Schemas } from "tradecore-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { agentName } from "../agents";
import { day, seconds } from "../format";
import { onEvent, type LiveEvent } from "../live";
import { useAction, useLoad } from "../load";
import { Link } from "../router";
import { api, may } from "../session";
import { Badge, Problem, Progress, Skeleton, useSecond } from "../ui/parts";
import { Debate, Reports, type Step } from "./debate";
import { Decision } from "./decision";

type Status = Schemas["StatusData"];
type Agent = Schemas["AgentData"];

const TELLING: Record<string, Agent["status"]> = { running: "running", completed: "completed", error: "error" };

/** The status after an event. */
function after(status: Status, { event, data }: LiveEvent): Status {
  if (event !== "analysis_progress") return status;
  const [name, told] = [String(data["agent"]), TELLING[String(data["status"])] ?? "running"];
  const agents = status.progress.agents.map((agent) => (agent.name === name ? { ...agent, status: told } : agent));
  const overallPercent = Math.max(status.progress.overallPercent, Number(data["progress"]));
  return { ...status, status: "running", progress: { ...status.progress, agents, currentAgent: name, overallPercent } };
}

interface Live {
  status: Status | undefined;
  steps: Step[];
  message: string;
}

/** The status and the steps of an analysis, loaded and then live. */
function useAnalysis(id: string) {
  const status = useLoad(`status:${id}`, () => api.call("get", "/api/analyze/{analysisId}/status", { path: { analysisId: id } }));
  const steps = useLoad(`steps:${id}`, () => api.call("get", "/api/analyze/{analysisId}/steps", { path: { analysisId: id } }));
  const [live, setLive] = useState<Live>({ status: undefined, steps: [], message: "" });
  // Loading again starts from what was loaded.
  useEffect(() => setLive((before) => ({ ...before, status: undefined })), [status.data]);
  useEffect(
    () =>
      onEvent((told) => {
        if (told.data.analysisId !== id) return;
        if (told.event === "analysis_complete" || told.event === "analysis_error") {
          status.reload();
          steps.reload();
          return;
        }
        setLive((before) => {
          const known = before.status ?? status.data;
          const next = { ...before, status: known && after(known, told) };
          if (told.event === "analysis_step") next.steps = [...before.steps, told.data as unknown as Step];
          if (told.event === "analysis_progress") next.message = String(told.data["message"] ?? "");
          return next;
        });
      }),
    [id, status.data],
  );
  const bySeq = new Map([...(steps.data?.steps ?? []), ...live.steps].map((step) => [step.seq, step]));
  return {
    status: live.status ?? status.data,
    error: status.error ?? steps.error,
    message: live.message,
    steps: [...bySeq.values()].sort((a, b) => a.seq - b.seq),
    reload: () => {
      status.reload();
      steps.reload();
    },
  };
}

function Agents({ agents }: { agents: readonly Agent[] }) {
  return (
    <ol class="agents" aria-label="Agents">
      {agents.map((agent) => (
        <li key={agent.name} class={`agent ${agent.status}`}>
          <span class="dot" aria-hidden="true" />
          <span>{agentName(agent.name)}</span>
          <span class="agent-state">{agent.status !== "completed" ? agent.status : agent.duration === null ? "done" : seconds(agent.duration)}</span>
        </li>
      ))}
    </ol>
  );
}

function Cancel({ id, onEnd }: { id: string; onEnd: () => void }) {
  const action = useAction();
  const cancel = async () => {
    await action.run(() => api.call("delete", "/api/analyze/{analysisId}", { path: { analysisId: id } }));
    onEnd();
  };
  return (
    <>
      <button type="button" class="button" disabled={action.busy} onClick={cancel}>Cancel</button>
      {action.error !== undefined && <Problem error={action.error} />}
    </>
  );
}

/** An estimate that counts down from when it was made. */
function Left({ seconds: estimate }: { seconds: number | undefined }) {
  useSecond();
  const [end, setEnd] = useState(0);
  useEffect(() => setEnd(Date.now() + (estimate ?? 0) * 1000), [estimate]);
  const left = Math.round((end - Date.now()) / 1000);
  return left > 0 ? <span class="faint" aria-live="off"> About {seconds(Math.max(10, Math.ceil(left / 5) * 5))} left.</span> : null;
}

/** The newest text stays in sight while the user reads the end of the page. */
function useFollow(count: number): void {
  const atEnd = useRef(true);
  useEffect(() => {
    const look = () => {
      atEnd.current = innerHeight + scrollY >= document.documentElement.scrollHeight - 120;
    };
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    if (count > 0 && atEnd.current && scrollY > 0) scrollTo({ top: document.documentElement.scrollHeight });
  }, [count]);
}

function AtWorkNow({ id, status, steps, message, reload }: { id: string; status: Status; steps: Step[]; message: string; reload: () => void }) {
  useFollow(steps.length);
  const { progress } = status;
  const waits = status.status === "queued";
  return (
    <div class="live">
      <section class="card live-side">
        <Progress percent={progress.overallPercent} label="Progress of the analysis" />
        <p class="live-message" role="status">
          {waits ? "Waiting for its turn." : message || agentName(progress.currentAgent)}
          <Left seconds={status.estimatedTimeRemaining} />
        </p>
        {status.notice && <p class="notice">{status.notice}</p>}
        {status.waitingFor && <p class="notice">Another try follows. {status.waitingFor}</p>}
        <Agents agents={progress.agents} />
        {may("launch") && <Cancel id={id} onEnd={reload} />}
      </section>
      <div class="live-main">
        {steps.length === 0 && <Skeleton lines={8} />}
        <Reports steps={steps} />
        <Debate steps={steps} />
      </div>
    </div>
  );
}

export function AnalysisScreen({ id }: { id: string }) {
  const { status, steps, message, error, reload } = useAnalysis(id);
  if (status === undefined) return error === undefined ? <Skeleton lines={12} /> : <><header class="head"><h1>Analysis</h1></header><Problem error={error} retry={reload} /></>;
  const title = (
    <div>
      <p class="crumb"><Link href="/">Desk</Link>{status.comparisonId && <> · <Link href={`/compare/${status.comparisonId}`}>beside the other engines</Link></>}</p>
      <h1>{status.symbol} <span class="head-day">{day(status.date)}</span></h1>
    </div>
  );
  if (status.status === "completed") return <Decision id={id} status={status} steps={steps} title={title} />;
  return (
    <>
      <header class="head">
        {title}
        <Badge tone={status.status === "error" ? "warn" : "accent"}>{status.status === "error" ? "Failed" : status.status}</Badge>
      </header>
      {status.status === "error" ? (
        <>
          <div class="problem" role="alert"><p>{status.error}</p><p><Link href="/">Launch another analysis</Link></p></div>
          <Agents agents={status.progress.agents} />
          <Reports steps={steps} />
          <Debate steps={steps} />
        </>
      ) : (
        <AtWorkNow id={id} status={status} steps={steps} message={message} reload={reload} />
      )}
    </>
  );
}
