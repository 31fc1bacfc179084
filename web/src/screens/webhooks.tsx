// Webhooks: where events of the user are posted to, and what was delivered.
import type { Schemas } from "tradecore-client";
import { useState } from "preact/hooks";
import { textOf } from "../form";
import { amount, words } from "../format";
import { useAction, useLoad } from "../load";
import { place, setQuery } from "../router";
import { api, may } from "../session";
import { Badge, Card, Choices, Empty, Field, Problem, Result, Time } from "../ui/parts";
import { Choice, pageNumber, Pager, Table } from "../ui/table";

type Webhook = Schemas["WebhookData"];
type Kind = Webhook["kinds"][number];
type Delivery = Schemas["WebhookDeliveryData"];

/** All kinds, and whether a new webhook has them. */
const CHOSEN = {
  analysis_complete: true, analysis_error: false, recommendation_issued: true, recommendation_superseded: false,
  recommendation_expired: false, recommendation_executed: false, recommendation_rejected: false, level_crossed: false,
  order_filled: false, order_cancelled: false, order_alert: false, digest_ready: false, schedule_ran: false, price_alert: false,
  alert: false, analysis_progress: false, analysis_step: false,
} satisfies Record<Kind, boolean>;
const KINDS = Object.keys(CHOSEN) as Kind[];
const STATES = [["", "All"], ["pending", "Pending"], ["delivered", "Delivered"], ["failed", "Failed"]] as const;
const TONES: Record<Delivery["state"], string> = { pending: "accent", delivered: "up", failed: "down" };

function State({ of: { enabled, disabledReason, failingSince } }: { of: Webhook }) {
  if (!enabled) return <><Badge tone="warn">Off</Badge> {disabledReason}</>;
  if (failingSince) return <><Badge tone="down">Failing</Badge> since <Time at={failingSince} /></>;
  return <Badge tone="up">On</Badge>;
}

function Deliveries({ webhookId }: { webhookId: string }) {
  const page = pageNumber();
  const state = (place.value.query.get("state") || undefined) as Delivery["state"] | undefined;
  const deliveries = useLoad(`deliveries:${webhookId}:${state ?? ""}:${page}`, () =>
    api.call("get", "/api/webhooks/{webhookId}/deliveries", { path: { webhookId }, query: { page, limit: 25, state } }),
  );
  const action = useAction();
  const repeat = async (deliveryId: string) => {
    await action.run(() => api.call("post", "/api/webhooks/{webhookId}/deliveries/{deliveryId}/retry", { path: { webhookId, deliveryId } }));
    deliveries.reload();
  };
  return (
    <Card title="Deliveries" aside={<Choice label="State" name="state" choices={STATES} />}>
      {action.error !== undefined && <Problem error={action.error} />}
      <Result of={deliveries} lines={4}>
        {({ deliveries: rows, pagination }) =>
          rows.length === 0 ? (
            <Empty title="No delivery in this selection"><p>Each event of the chosen kinds is posted at least once, and kept here for 30 days.</p></Empty>
          ) : (
            <>
              <Table
                label="Deliveries"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: "Event", cell: ({ kind, body }) => <details><summary>{words(kind)}</summary><pre tabIndex={0}><code>{body}</code></pre></details> },
                  { name: "State", cell: ({ state: now, error }) => <><Badge tone={TONES[now]}>{now}</Badge> {error}</> },
                  { name: "Answer", right: true, cell: ({ status }) => status ?? "–" },
                  { name: "Attempts", right: true, cell: ({ attempts }) => amount(attempts) },
                  { name: "Last", cell: ({ attemptedAt }) => <span class="nowrap"><Time at={attemptedAt} /></span> },
                  { name: "Next", cell: ({ nextAttemptAt }) => <span class="nowrap"><Time at={nextAttemptAt} /></span> },
                  may("launch") && { name: "Actions", cell: ({ id, kind }) => <button type="button" class="button quiet" aria-label={`Deliver ${words(kind)} again`} disabled={action.busy} onClick={() => repeat(id)}>Again</button> },
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

export function Webhooks() {
  const webhooks = useLoad("webhooks", () => api.call("get", "/api/webhooks", {}));
  const action = useAction();
  const [secret, setSecret] = useState("");
  const shown = place.value.query.get("of");
  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    await action.run(async () => {
      const created = await api.call("post", "/api/webhooks", { body: { url: textOf(data, "url"), kinds: data.getAll("kind") as Kind[] } });
      setSecret(created.secret ?? "");
      form.reset();
    });
    webhooks.reload();
  };
  const change = async (webhookId: string, body: Schemas["UpdateWebhookRequest"]) => {
    setSecret("");
    await action.run(async () => {
      const changed = await api.call("patch", "/api/webhooks/{webhookId}", { path: { webhookId }, body });
      setSecret(changed.secret ?? "");
    });
    webhooks.reload();
  };
  const remove = async (webhookId: string) => {
    await action.run(() => api.call("delete", "/api/webhooks/{webhookId}", { path: { webhookId } }));
    if (shown === webhookId) setQuery({ of: "" });
    webhooks.reload();
  };
  return (
    <>
      {may("launch") && (
        <Card title="New webhook">
          <form class="stack" onSubmit={create}>
            <Field id="webhook-url" label="Address" hint="Every event of the chosen kinds is posted there, signed."><input id="webhook-url" name="url" type="url" required placeholder="https://example.com/tradecore" aria-describedby="webhook-url-hint" /></Field>
            <Choices legend="Events" name="kind" choices={KINDS} checked={KINDS.filter((kind) => CHOSEN[kind])} write={words} />
            <div><button type="submit" class="button primary" disabled={action.busy}>Create</button></div>
          </form>
        </Card>
      )}
      {secret && <Card><div class="created" role="status"><p>This is its secret, which verifies the signatures and is shown this once:</p><pre tabIndex={0}><code>{secret}</code></pre></div></Card>}
      {action.error !== undefined && <Problem error={action.error} />}
      <Card title="Webhooks">
        <Result of={webhooks}>
          {({ webhooks: rows }) =>
            rows.length === 0 ? (
              <Empty title="No webhook yet"><p>A webhook tells a program of yours what happens, as soon as it happens.</p></Empty>
            ) : (
              <Table
                label="Webhooks"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: "Address", cell: ({ url }) => <strong>{url}</strong> },
                  { name: "Events", cell: ({ kinds }) => kinds.map(words).join(", ") },
                  { name: "State", cell: (webhook) => <State of={webhook} /> },
                  {
                    name: "Actions",
                    cell: ({ id, url, enabled }) => (
                      <div class="buttons">
                        <button type="button" class="button quiet" aria-pressed={shown === id} aria-label={`Deliveries to ${url}`} onClick={() => setQuery({ of: shown === id ? "" : id, page: "", state: "" })}>Deliveries</button>
                        {may("launch") && (
                          <>
                            <button type="button" class="button quiet" aria-label={`${enabled ? "Turn off" : "Turn on"} ${url}`} onClick={() => change(id, { enabled: !enabled })}>{enabled ? "Turn off" : "Turn on"}</button>
                            <button type="button" class="button quiet" aria-label={`New secret for ${url}`} onClick={() => change(id, { rotateSecret: true })}>New secret</button>
                            <button type="button" class="button quiet" aria-label={`Delete ${url}`} onClick={() => remove(id)}>Delete</button>
                          </>
                        )}
                      </div>
                    ),
                  },
                ]}
              />
            )
          }
        </Result>
      </Card>
      {shown && <Deliveries webhookId={shown} />}
    </>
  );
}
