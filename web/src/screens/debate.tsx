// What the agents said: reports, then the debate as a conversation with the judge between.
import type { Schemas } from "tradecore-client";
import { agentName } from "../agents";
import { Text } from "../text";
import { Badge } from "../ui/parts";

export type Step = Schemas["StepData"];

const CLOSING: Record<string, string> = { plan: "The plan", risk: "The risk" };
const DEBATES: { title: string; speaking: ReadonlySet<string> }[] = [
  { title: "Debate", speaking: new Set(["bull", "bear", "judge"]) },
  { title: "Debate about the risk", speaking: new Set(["aggressive", "conservative", "neutral", "ruling"]) },
];

/** A first sentence for a report that is folded. */
function stanceOf(text: string): { label: string; tone: string } {
  const [, stance = ""] = /\*\*Stance: ([^*]+)\*\*/.exec(text) ?? [];
  const tone = /bull/i.test(stance) ? "up" : /bear/i.test(stance) ? "down" : "";
  return { label: stance.startsWith("none") ? "no stance" : stance.replace(/\.$/, ""), tone };
}

function Grounded({ step }: { step: Step }) {
  if (step.grounded) return null;
  return <Badge tone="warn">Not every number is in the evidence</Badge>;
}

interface ReportsProps {
  steps: readonly Step[];
  open?: boolean;
  /** With the plan and the risk, which a decision repeats in short. */
  whole?: boolean;
}

export function Reports({ steps, open = false, whole = false }: ReportsProps) {
  const reports = steps.filter(({ kind }) => kind === "report" || (whole && kind in CLOSING));
  if (reports.length === 0) return null;
  return (
    <section class="reports" aria-label="Reports">
      <h2>Reports</h2>
      {reports.map((step) => {
        const stance = stanceOf(step.text);
        return (
          <details key={step.seq} class="card report" open={open}>
            <summary>
              <span class="report-name">{agentName(step.agent)}</span>
              {stance.label && <Badge tone={stance.tone}>{stance.label}</Badge>}
              <Grounded step={step} />
            </summary>
            <Text source={step.text} untitled />
          </details>
        );
      })}
    </section>
  );
}

function Turn({ step }: { step: Step }) {
  return (
    <li class={`turn ${step.kind}`}>
      <div class="turn-body">
        <p class="turn-name">{agentName(step.agent)} <Grounded step={step} /></p>
        <Text source={step.text} level={5} />
      </div>
    </li>
  );
}

function Rounds({ title, turns }: { title: string; turns: readonly Step[] }) {
  if (turns.length === 0) return null;
  return (
    <section class="debate" aria-label={title}>
      <h2>{title}</h2>
      {[...Map.groupBy(turns, ({ round }) => round ?? 1)].map(([round, said]) => (
        <section key={round} aria-label={`Round ${round}`}>
          <h3 class="round">Round {round}</h3>
          <ol class="turns">{said.map((step) => <Turn key={step.seq} step={step} />)}</ol>
        </section>
      ))}
    </section>
  );
}

/** The debates; after a decision, which repeats them in short, without the plan and the risk. */
export function Debate({ steps, decided = false }: { steps: readonly Step[]; decided?: boolean }) {
  const closing = decided ? [] : steps.filter(({ kind }) => kind in CLOSING);
  return (
    <>
      {DEBATES.map(({ title, speaking }) => <Rounds key={title} title={title} turns={steps.filter(({ kind }) => speaking.has(kind))} />)}
      {closing.map((step) => (
        <section key={step.seq} class="card closing">
          <h2>{CLOSING[step.kind]} <Grounded step={step} /></h2>
          <Text source={step.text} level={4} untitled />
        </section>
      ))}
    </>
  );
}
