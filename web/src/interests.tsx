// What readers want of the news: the fields of a form, and what it says.
import type { Schemas } from "tradecore-client";
import { textOf } from "./form";
import { useLoad } from "./load";
import { api } from "./session";
import { Badge, Choices, Field, Result } from "./ui/parts";

type Wanted = Schemas["ScheduledInterestsData"];
type Language = Schemas["InterestsRequest"]["language"];
type Category = NonNullable<Schemas["InterestsRequest"]["categories"]>[number];

const LANGUAGES: readonly NonNullable<Language>[] = ["de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "tr", "zh"];
const languageName = new Intl.DisplayNames("en", { type: "language" });
const CATEGORIES: readonly Category[] = [
  "Regulation & Legal", "Markets & Flows", "Security & Incidents", "Exchanges & Listings", "Protocols & Upgrades", "Macro",
  "Whales & Treasuries", "Other",
];
/** Before the name of a source, in the name of its field. */
const WEIGHT = "weight:";
const [MAX_WEIGHT, MOST_SOURCES] = [20, 200];

const list = (text: string): string[] => text.split(",").map((part) => part.trim()).filter(Boolean);

/** Points for stories of each source; they move a story up or down among the others. */
function Weights({ weights }: { weights: Record<string, number> }) {
  const sources = useLoad("sources:all", () => api.call("get", "/api/sources", { query: { limit: MOST_SOURCES } }));
  const names = [...new Set([...Object.keys(weights), ...(sources.data?.sources ?? []).map(({ name }) => name)])].sort();
  const chosen = Object.values(weights).filter(Boolean).length;
  return (
    <details class="weights">
      <summary>Weights of sources {chosen > 0 && <Badge tone="accent">{chosen}</Badge>}</summary>
      <p class="hint">Points for the stories of a source, −{MAX_WEIGHT} to {MAX_WEIGHT}: 15 count as much as a second source that reports it.</p>
      <Result of={sources} lines={2}>
        {() => names.map((name, index) => (
          <div key={name} class="weight">
            <label for={`weight-${index}`}>{name}</label>
            <input id={`weight-${index}`} name={WEIGHT + name} type="number" step={1} min={-MAX_WEIGHT} max={MAX_WEIGHT} defaultValue={String(weights[name] ?? 0)} />
          </div>
        ))}
      </Result>
    </details>
  );
}

/** The fields of interests, which begin with those that are wanted already; `without` is what no assets stand for. */
export function InterestFields({ of: wanted, without }: { of: Wanted; without: string }) {
  return (
    <>
      <Field id="assets" label="Assets" hint={`Names, tickers or $SYMBOLS, with commas between; empty for ${without}.`}><input id="assets" name="assets" defaultValue={wanted.assets?.join(", ") ?? ""} /></Field>
      <Choices legend="Sections" name="category" choices={CATEGORIES} checked={(wanted.categories ?? []) as Category[]} />
      <Field id="words" label="Without these words in a headline"><input id="words" name="words" defaultValue={wanted.excludedWords?.join(", ") ?? ""} /></Field>
      <Field id="score" label="Least score of a new story"><input id="score" name="score" inputMode="numeric" defaultValue={wanted.minScore === undefined ? "" : String(wanted.minScore)} /></Field>
      <Field id="stories" label="New stories of a digest at most"><input id="stories" name="stories" inputMode="numeric" defaultValue={wanted.maxStories === undefined ? "" : String(wanted.maxStories)} /></Field>
      <Field id="language" label="Language of digests that a model edits"><select id="language" name="language" defaultValue={wanted.language ?? ""}>
        <option value="">By default</option>
        {LANGUAGES.map((code) => <option key={code} value={code}>{languageName.of(code)}</option>)}
      </select></Field>
      <Weights weights={wanted.sourceWeights ?? {}} />
    </>
  );
}

/** The interests of a form with these fields. */
export function interestsIn(form: FormData) {
  const weights = [...form].flatMap(([field, value]) => (field.startsWith(WEIGHT) && Number(value) ? [[field.slice(WEIGHT.length), Number(value)] as const] : []));
  const [stories, language] = [textOf(form, "stories"), textOf(form, "language")];
  return {
    assets: list(textOf(form, "assets")),
    categories: form.getAll("category") as Category[],
    excludedWords: list(textOf(form, "words")),
    minScore: Number(textOf(form, "score")) || 0,
    sourceWeights: Object.fromEntries(weights),
    maxStories: stories ? Number(stories) : null,
    language: (language || null) as Language,
  };
}

/** The interests of a form without those that are empty, which are then as the account has them. */
export function chosenInterests(form: FormData): Partial<ReturnType<typeof interestsIn>> {
  const { minScore, ...others } = interestsIn(form);
  const chosen = Object.entries(others).filter(([, value]) => typeof value === "number" || Object.keys(value ?? {}).length > 0);
  return { ...Object.fromEntries(chosen), ...(textOf(form, "score") && { minScore }) };
}
