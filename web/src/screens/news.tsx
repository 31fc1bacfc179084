// The news: digests, each thing once; the sources that they come from; and what the readers of an account want.
import { useEffect, useState } from "preact/hooks";
import type { Schemas } from "tradecore-client";
import { textOf } from "../form";
import { amount } from "../format";
import { onEvent } from "../live";
import { useAction, useLoad } from "../load";
import { go, Link, place } from "../router";
import { api, may } from "../session";
import { Text } from "../text";
import { Badge, Card, Choices, Empty, Field, Problem, Result, Time } from "../ui/parts";
import { pageNumber, Pager, Table, Tabs } from "../ui/table";

type Source = Schemas["SourceData"];
type Language = Schemas["InterestsRequest"]["language"];
type Category = NonNullable<Schemas["InterestsRequest"]["categories"]>[number];

const LANGUAGES: readonly NonNullable<Language>[] = ["de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "tr", "zh"];
const languageName = new Intl.DisplayNames("en", { type: "language" });
const READER = "console";
const STATES: Record<string, string> = { completed: "up", failed: "warn", well: "up", failing: "warn", running: "accent" };
const CATEGORIES: readonly Category[] = [
  "Regulation & Legal", "Markets & Flows", "Security & Incidents", "Exchanges & Listings", "Protocols & Upgrades", "Macro",
  "Whales & Treasuries", "Other",
];
/** Before the name of a source, in the name of its field. */
const WEIGHT = "weight:";
const [MAX_WEIGHT, MOST_SOURCES] = [20, 200];
const HOURS = [24, 12, 6] as const;

const list = (text: string): string[] => text.split(",").map((part) => part.trim()).filter(Boolean);

function Digests() {
  const page = pageNumber();
  const digests = useLoad(`digests:${page}`, () => api.call("get", "/api/digests", { query: { page, limit: 25 } }));
  const action = useAction();
  useEffect(() => onEvent(({ event }) => event === "digest_ready" && digests.reload()), [page]);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const hours = Number(new FormData(event.currentTarget as HTMLFormElement).get("hours"));
    await action.run(async () => {
      const { job_id } = await api.call("post", "/analyze", { body: { hours, user_id: READER } });
      go(`/news/${job_id}`);
    });
  };
  return (
    <>
      {may("launch") && (
        <Card title="New digest">
          <form class="inline-form" onSubmit={submit}>
            <Field id="hours" label="Of the last">
              <select id="hours" name="hours">{HOURS.map((hours) => <option key={hours} value={hours}>{hours} hours</option>)}</select>
            </Field>
            <button type="submit" class="button primary" disabled={action.busy}>Make a digest</button>
          </form>
          {action.error !== undefined && <Problem error={action.error} />}
        </Card>
      )}
      <Card title="Digests">
        <Result of={digests} lines={6}>
          {({ digests: rows, pagination }) =>
            rows.length === 0 ? (
              <Empty title="No digest yet"><p>A digest reports each story once: what you have read does not come again.</p></Empty>
            ) : (
              <>
                <Table
                  label="Digests"
                  rows={rows}
                  keyOf={({ id }) => id}
                  columns={[
                    { name: "Created", cell: ({ id, createdAt }) => <Link href={`/news/${id}`} class="strong"><Time at={createdAt} /></Link> },
                    { name: "Reader", cell: ({ userId }) => userId },
                    { name: "Hours", right: true, cell: ({ hours }) => amount(hours) },
                    { name: "Items", right: true, cell: ({ itemsProcessed }) => amount(itemsProcessed) },
                    { name: "State", cell: ({ status, error }) => <><Badge tone={STATES[status] ?? ""}>{status}</Badge> {error}</> },
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

/** One digest, as it is read. */
export function DigestScreen({ id }: { id: string }) {
  const digest = useLoad(`digest:${id}`, () => api.call("get", "/api/digests/{digestId}", { path: { digestId: id } }));
  const waits = digest.data?.status === "queued" || digest.data?.status === "running";
  useEffect(() => onEvent(({ event }) => event === "digest_ready" && digest.reload()), [id]);
  useEffect(() => {
    // A digest that fails has no event.
    const timer = waits ? setInterval(digest.reload, 3000) : undefined;
    return () => clearInterval(timer);
  }, [waits]);
  return (
    <>
      <header class="head">
        <div><p class="crumb"><Link href="/news">News</Link></p><h1>Digest</h1></div>
      </header>
      <Result of={digest} lines={10}>
        {({ status, error, report, counts, hours, createdAt }) => (
          <>
            <p class="faint">
              The last {amount(hours)} hours before <Time at={createdAt} />
              {counts && <>: {amount(counts.newStories)} new stories and {amount(counts.updates)} updates from {amount(counts.considered)} items; {amount(counts.alreadyDelivered)} you know already.</>}
            </p>
            {waits && <Card><p role="status">The digest is {status}.</p></Card>}
            {error && <div class="problem" role="alert"><p>{error}</p></div>}
            {report && <Card><Text source={report} level={2} /></Card>}
          </>
        )}
      </Result>
    </>
  );
}

function Sources() {
  const page = pageNumber();
  const sources = useLoad(`sources:${page}`, () => api.call("get", "/api/sources", { query: { page, limit: 50 } }));
  const action = useAction();
  const admin = may("admin");
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const name = textOf(data, "name");
    const added = await action.run(() => api.call("post", "/api/sources", { body: { url: textOf(data, "url"), ...(name && { name }) } }));
    if (added) form.reset();
    sources.reload();
  };
  const remove = async ({ id }: Source) => {
    await action.run(() => api.call("delete", "/api/sources/{sourceId}", { path: { sourceId: id } }));
    sources.reload();
  };
  return (
    <>
      {admin && (
        <Card title="Add a source">
          <form class="inline-form" onSubmit={add}>
            <Field id="url" label="Address" hint="A feed, or a page that names one; it is read once, to see what is there.">
              <input id="url" name="url" required inputMode="url" placeholder="example.com" aria-describedby="url-hint" />
            </Field>
            <Field id="source-name" label="Name"><input id="source-name" name="name" placeholder="By default its host" /></Field>
            <button type="submit" class="button primary" disabled={action.busy}>{action.busy ? "Reading …" : "Add"}</button>
          </form>
        </Card>
      )}
      {action.error !== undefined && <Problem error={action.error} />}
      <Card title="Sources">
        <Result of={sources} lines={6}>
          {({ sources: rows, pagination }) =>
            rows.length === 0 ? (
              <Empty title="No source yet"><p>An administrator adds feeds here, or with <code>tradecore sources import starter</code>.</p></Empty>
            ) : (
              <>
                <Table
                  label="Sources"
                  rows={rows}
                  keyOf={({ id }) => id}
                  columns={[
                    { name: "Source", cell: ({ name, url }) => <><strong>{name}</strong><br /><span class="faint">{url}</span></> },
                    { name: "Health", cell: ({ health, problem }) => <><Badge tone={STATES[health] ?? ""}>{health}</Badge> {problem}</> },
                    { name: "Newest", cell: ({ newestItemAt }) => <span class="nowrap"><Time at={newestItemAt} /></span> },
                    { name: "Read", cell: ({ lastReadAt }) => <span class="nowrap"><Time at={lastReadAt} /></span> },
                    admin && { name: "Actions", cell: (source) => source.url && <button type="button" class="button quiet" aria-label={`Remove ${source.name}`} onClick={() => remove(source)}>Remove</button> },
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

function Interests() {
  const interests = useLoad("interests", () => api.call("get", "/api/settings/interests", {}));
  const action = useAction();
  const [saved, setSaved] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const weights = [...form].flatMap(([field, value]) => (field.startsWith(WEIGHT) && Number(value) ? [[field.slice(WEIGHT.length), Number(value)] as const] : []));
    const [stories, language] = [textOf(form, "stories"), textOf(form, "language")];
    const body = {
      ...interests.data,
      assets: list(textOf(form, "assets")),
      categories: form.getAll("category") as Category[],
      excludedWords: list(textOf(form, "words")),
      minScore: Number(textOf(form, "score")) || 0,
      sourceWeights: Object.fromEntries(weights),
      maxStories: stories ? Number(stories) : null,
      language: (language || null) as Language,
    };
    setSaved(await action.run(() => api.call("put", "/api/settings/interests", { body })));
    interests.reload();
  };
  return (
    <Card title="What digests are about">
      <Result of={interests} lines={6}>
        {(wanted) => (
          <form class="stack narrow" onSubmit={save}>
            <Field id="assets" label="Assets" hint="Names, tickers or $SYMBOLS, with commas between; empty for everything."><input id="assets" name="assets" defaultValue={wanted.assets.join(", ")} /></Field>
            <Choices legend="Sections" name="category" choices={CATEGORIES} checked={wanted.categories as Category[]} />
            <Field id="words" label="Without these words in a headline"><input id="words" name="words" defaultValue={wanted.excludedWords.join(", ")} /></Field>
            <Field id="score" label="Least score of a new story"><input id="score" name="score" inputMode="numeric" defaultValue={String(wanted.minScore)} /></Field>
            <Field id="stories" label="New stories of a digest at most"><input id="stories" name="stories" inputMode="numeric" defaultValue={wanted.maxStories === undefined ? "" : String(wanted.maxStories)} /></Field>
            <Field id="language" label="Language of digests that a model edits"><select id="language" name="language" defaultValue={wanted.language ?? ""}>
              <option value="">That of the server</option>
              {LANGUAGES.map((code) => <option key={code} value={code}>{languageName.of(code)}</option>)}
            </select></Field>
            <Weights weights={wanted.sourceWeights} />
            {action.error !== undefined && <Problem error={action.error} />}
            {saved && !action.busy && <p role="status">Saved. The next digest follows it.</p>}
            {may("launch") && <button type="submit" class="button primary" disabled={action.busy}>Save</button>}
          </form>
        )}
      </Result>
    </Card>
  );
}

export function NewsScreen() {
  const view = place.value.query.get("view");
  return (
    <>
      <header class="head">
        <h1>News</h1>
        <Tabs label="Views" tabs={[["/news", "Digests"], ["/news?view=sources", "Sources"], ["/news?view=interests", "Interests"]]} />
      </header>
      {view === "sources" ? <Sources /> : view === "interests" ? <Interests /> : <Digests />}
    </>
  );
}
