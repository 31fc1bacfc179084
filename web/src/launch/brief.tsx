// What every launch asks for: a symbol, a day, analysts, and rounds of debate; and what could answer it.
import type { Schemas } from "tradecore-client";
import { useState } from "preact/hooks";
import { toggled } from "../form";
import { words } from "../format";
import { useLoad } from "../load";
import { place } from "../router";
import { server, today } from "../server";
import { api } from "../session";
import { Field } from "../ui/parts";
import { SymbolField, type Listing } from "./symbol_field";

type Engine = Schemas["EngineData"];
type Model = Schemas["ModelData"];

export const ANALYSTS = ["technical", "sentiment", "news", "fundamentals"] as const;
export type Analyst = (typeof ANALYSTS)[number];

/** The engines and the models that are available. */
export function useEngines(): { engines: Engine[]; models: Model[] } {
  const engines = useLoad("engines", () => api.call("get", "/api/engines", {}));
  const models = useLoad("models", () => api.call("get", "/api/models", {}));
  return {
    engines: (engines.data?.engines ?? []).filter(({ available }) => available),
    models: (models.data?.models ?? []).filter(({ available }) => available),
  };
}

/** The fields of a brief, which an address may fill in: `?symbol=NVDA&date=2024-10-10`. */
export function useBrief() {
  const { query } = place.value;
  const [symbol, setSymbol] = useState(query.get("symbol") ?? "");
  const [kind, setKind] = useState<Listing["assetType"]>();
  const [date, setDate] = useState(query.get("date") ?? "");
  const [analysts, setAnalysts] = useState<ReadonlySet<Analyst>>(new Set(ANALYSTS));
  const [depth, setDepth] = useState(2);
  const typed = symbol.trim();
  return {
    body: {
      symbol: typed,
      assetType: kind ?? (/-/.test(typed) ? ("crypto" as const) : ("equity" as const)),
      date: date || today(),
      analysts: ANALYSTS.filter((name) => analysts.has(name)),
    },
    depth,
    setDepth,
    symbol,
    setSymbol: (value: string, listed?: Listing["assetType"]) => {
      setSymbol(value);
      setKind(listed);
    },
    date: date || (server.value && today()),
    setDate,
    analysts,
    toggle: (name: Analyst) => setAnalysts(toggled(analysts, name)),
  };
}

export type Brief = ReturnType<typeof useBrief>;

export function BriefFields({ of: { symbol, setSymbol, date, setDate, depth, setDepth } }: { of: Brief }) {
  return (
    <>
      <SymbolField value={symbol} onValue={setSymbol} />
      <Field id="date" label="Day">
        <input id="date" type="date" value={date} required onInput={({ currentTarget }) => setDate(currentTarget.value)} />
      </Field>
      <Rounds value={depth} onValue={setDepth} />
    </>
  );
}

export function Rounds({ value, onValue }: { value: number; onValue: (value: number) => void }) {
  return (
    <Field id="depth" label="Rounds of debate">
      <select id="depth" value={value} onChange={({ currentTarget }) => onValue(Number(currentTarget.value))}>
        {[1, 2, 3, 4, 5].map((rounds) => <option key={rounds} value={rounds}>{rounds}</option>)}
      </select>
    </Field>
  );
}

export function AnalystChoices({ chosen, toggle }: { chosen: ReadonlySet<Analyst>; toggle: (name: Analyst) => void }) {
  return (
    <fieldset class="choices">
      <legend>Analysts</legend>
      {ANALYSTS.map((name) => (
        <label key={name} class="choice">
          <input type="checkbox" checked={chosen.has(name)} onChange={() => toggle(name)} />
          <span>{words(name)}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function EngineField({ engines, value, onValue }: { engines: readonly Engine[]; value: string; onValue: (name: string) => void }) {
  return (
    <Field id="engine" label="Engine">
      <select id="engine" value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        {engines.length === 0 && <option value="">By default</option>}
        {engines.map(({ name, paid }) => <option key={name} value={name}>{name}{paid ? "" : " (free)"}</option>)}
      </select>
    </Field>
  );
}

/** The engines that answer, of which some have to be chosen. */
export function EngineChoices({ engines, chosen, onToggle }: { engines: readonly Engine[]; chosen: ReadonlySet<string>; onToggle: (name: string) => void }) {
  return (
    <fieldset class="choices">
      <legend>Engines</legend>
      {engines.map(({ name, paid }) => (
        <label key={name} class="choice">
          <input type="checkbox" checked={chosen.has(name)} onChange={() => onToggle(name)} />
          <span>{name}{paid ? "" : " (free)"}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function ModelField({ models, value, disabled, onValue }: { models: readonly Model[]; value: string; disabled: boolean; onValue: (name: string) => void }) {
  if (models.length === 0) return null;
  return (
    <Field id="model" label="Model">
      <select id="model" value={value} disabled={disabled} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        {models.map(({ name, provider }) => <option key={`${provider}:${name}`} value={name}>{name}</option>)}
      </select>
    </Field>
  );
}

/** The model of a name, by default that of the server. */
export const modelOf = (models: readonly Model[], name: string): Model | undefined =>
  models.find((model) => model.name === name) ?? models.find((model) => model.default) ?? models[0];

/** What a launch asks of its engine; without a model, none is called. */
export const configOf = (researchDepth: number, model: Model | undefined, engine?: string) => ({
  researchDepth,
  llmModel: model?.name ?? "rules",
  ...(model && { llmProvider: model.provider }),
  ...(engine && { engine }),
});
