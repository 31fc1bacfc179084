// The form of a new schedule: when it runs, and what it launches.
import type { Schemas } from "tradecore-client";
import { useState } from "preact/hooks";
import { textOf, toggled } from "../form";
import { chosenInterests, InterestFields } from "../interests";
import { AnalystChoices, ANALYSTS, configOf, EngineChoices, EngineField, ModelField, modelOf, Rounds, useEngines, type Analyst } from "../launch/brief";
import { useAction } from "../load";
import { api } from "../session";
import { Field, Problem } from "../ui/parts";

type Watchlist = Schemas["WatchlistData"];

const WORK = [["analyses", "Analyses of a watchlist"], ["compare", "Comparisons over a watchlist"], ["digest", "A digest of the news"]] as const;
type Work = (typeof WORK)[number][0];

const LEAST = 2;

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function When({ cron, onCron }: { cron: boolean; onCron: (cron: boolean) => void }) {
  return (
    <>
      <Field id="when" label="When">
        <select id="when" value={cron ? "cron" : "close"} onChange={({ currentTarget }) => onCron(currentTarget.value === "cron")}>
          <option value="close">After New York closes</option>
          <option value="cron">At times of a clock</option>
        </select>
      </Field>
      {cron ? (
        <>
          <Field id="expression" label="Minute, hour, day, month, weekday"><input id="expression" name="expression" required defaultValue="0 8 * * 1-5" spellcheck={false} /></Field>
          <Field id="zone" label="Time zone"><input id="zone" name="zone" required defaultValue={zone} spellcheck={false} /></Field>
        </>
      ) : (
        <Field id="delay" label="Minutes after the close"><input id="delay" name="delay" type="number" min={0} max={720} required defaultValue="30" /></Field>
      )}
    </>
  );
}

export function NewSchedule({ watchlists, onEnd }: { watchlists: readonly Watchlist[]; onEnd: () => void }) {
  const { engines, models } = useEngines();
  const [cron, setCron] = useState(false);
  const [work, setWork] = useState<Work>("analyses");
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [engine, setEngine] = useState("");
  const [model, setModel] = useState("");
  const [depth, setDepth] = useState(1);
  const [analysts, setAnalysts] = useState<ReadonlySet<Analyst>>(new Set(ANALYSTS));
  const action = useAction();
  const chosen = engines.find(({ name }) => name === engine) ?? engines[0];
  const chosenModel = modelOf(models, model);
  const [digest, compared] = [work === "digest", work === "compare"];
  const compare = engines.filter(({ name }) => !left.has(name));
  const paid = chosenModel !== undefined && (compared ? compare : chosen ? [chosen] : []).some((thinking) => thinking.paid);
  const ready = digest || (analysts.size > 0 && (!compared || compare.length >= LEAST));
  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const limit = textOf(data, "limit");
    const analyses = {
      watchlist: textOf(data, "watchlist"),
      analysts: ANALYSTS.filter((name) => analysts.has(name)),
      config: configOf(depth, paid ? chosenModel : undefined, compared ? undefined : chosen?.name),
      ...(compared && { compare: compare.map(({ name }) => name) }),
      issueRecommendations: data.has("issue"),
      ...(limit && { maxCost: Number(limit) }),
    };
    const body = {
      name: textOf(data, "name"),
      ...(cron
        ? { cron: { expression: textOf(data, "expression"), timeZone: textOf(data, "zone") } }
        : { close: { exchange: "XNYS" as const, delayMinutes: Number(textOf(data, "delay")) } }),
      ...(digest ? { digest: { hours: Number(textOf(data, "hours")), reader: textOf(data, "reader"), interests: chosenInterests(data) } } : { analyses }),
    };
    if (await action.run(() => api.call("post", "/api/schedules", { body }))) form.reset();
    onEnd();
  };
  return (
    <form class="launch" onSubmit={create}>
      <div class="launch-row">
        <Field id="schedule-name" label="Name"><input id="schedule-name" name="name" required maxLength={100} placeholder="After the close" /></Field>
        <When cron={cron} onCron={setCron} />
      </div>
      <div class="launch-row even">
        <Field id="what" label="What">
          <select id="what" value={work} onChange={({ currentTarget }) => setWork(currentTarget.value as Work)}>
            {WORK.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
          </select>
        </Field>
        {digest ? (
          <>
            <Field id="hours" label="Of the last hours"><input id="hours" name="hours" type="number" min={1} max={1000} required defaultValue="24" /></Field>
            <Field id="reader" label="For the reader"><input id="reader" name="reader" required maxLength={64} defaultValue="console" /></Field>
          </>
        ) : (
          <>
            <Field id="watchlist" label="Watchlist">
              <select id="watchlist" name="watchlist">{watchlists.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</select>
            </Field>
            <Rounds value={depth} onValue={setDepth} />
            {!compared && <EngineField engines={engines} value={chosen?.name ?? ""} onValue={setEngine} />}
            {paid && (
              <>
                <ModelField models={models} value={chosenModel.name} disabled={false} onValue={setModel} />
                <Field id="limit" label="Dollars of a run at most"><input id="limit" name="limit" inputMode="decimal" pattern="[0-9]+([.][0-9]+)?" placeholder="No bound" /></Field>
              </>
            )}
          </>
        )}
      </div>
      {digest && (
        <details class="weights">
          <summary>Interests of this digest</summary>
          <p class="hint">What is left empty is as the account has it.</p>
          <div class="stack narrow"><InterestFields of={{}} without="those of the account" /></div>
        </details>
      )}
      {compared && <EngineChoices engines={engines} chosen={new Set(compare.map(({ name }) => name))} onToggle={(name) => setLeft(toggled(left, name))} />}
      {!digest && <AnalystChoices chosen={analysts} toggle={(name) => setAnalysts(toggled(analysts, name))} />}
      <div class="launch-row">
        {work !== "analyses" ? <p class="hint">{compared && (compare.length < LEAST ? "Choose two engines or more." : "No recommendation is issued.")}</p> : (
          <label class="choice plain-choice"><input type="checkbox" name="issue" /><span>Issue recommendations, which wait in the inbox for six hours</span></label>
        )}
        <div class="launch-end"><button type="submit" class="button primary" disabled={action.busy || !ready}>Create</button></div>
      </div>
      {action.error !== undefined && <Problem error={action.error} />}
    </form>
  );
}
