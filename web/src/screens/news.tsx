// The news: digests, each thing once; the sources that they come from; and what the readers of an account want.
import { useEffect, useState } from "preact/hooks";
import type { Schemas } from "tradecore-client";
import { textOf } from "../form";
import { amount } from "../format";
import { InterestFields, interestsIn } from "../interests";
import { onEvent } from "../live";
import { useAction, useLoad } from "../load";
import { go, Link, place } from "../router";
import { api, may } from "../session";
import { Text } from "../text";
import { Badge, Card, Empty, Field, Problem, Result, Time } from "../ui/parts";
import { pageNumber, Pager, Table, Tabs } from "../ui/table";

type Source = Schemas["SourceData"];

const READER = "console";
const STATES: Record<string, string> = { completed: "up", failed: "warn", well: "up", failing: "warn", running: "accent" };
const HOURS = [24, 12, 6] as const;

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

function Interests() {
  const interests = useLoad("interests", () => api.call("get", "/api/settings/interests", {}));
  const action = useAction();
  const [saved, setSaved] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const body = { ...interests.data, ...interestsIn(new FormData(event.currentTarget as HTMLFormElement)) };
    setSaved(await action.run(() => api.call("put", "/api/settings/interests", { body })));
    interests.reload();
  };
  return (
    <Card title="What digests are about">
      <Result of={interests} lines={6}>
        {(wanted) => (
          <form class="stack narrow" onSubmit={save}>
            <InterestFields of={wanted} without="everything" />
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
