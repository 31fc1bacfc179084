// Notices: the services through which the user gets short messages, and what was sent.
import type { Schemas } from "tradecore-client";
import { useState } from "preact/hooks";
import { textOf } from "../form";
import { words } from "../format";
import { useAction, useLoad } from "../load";
import { place, setQuery } from "../router";
import { api, may } from "../session";
import { Badge, Card, Choices, Empty, Field, Problem, Result, Time } from "../ui/parts";
import { Choice, pageNumber, Pager, Table } from "../ui/table";

type Channel = Schemas["NoticeChannelData"];
type Kind = Channel["kinds"][number];
type Notice = Schemas["NoticeData"];
type QuietHours = Schemas["QuietHoursData"];

/** All kinds, and whether a new channel has them. */
const CHOSEN = {
  analysis_complete: false, recommendation_issued: true, decision_changed: true, price_alert: true, level_crossed: true,
  order_filled: true, digest_ready: false, exit_filled: true, order_cancelled: false, exits_ended: false, order_filled_late: false,
  order_overfilled: false, position_differs: false, position_split: false, dividend_paid: false, price_jumped: false,
  recommendation_superseded: false, recommendation_expired: false, job_failed: true, schedule_failed: true, source_refused: true,
  webhook_failed: true, notice_failed: true,
} satisfies Record<Kind, boolean>;
const KINDS = Object.keys(CHOSEN) as Kind[];
const STATES = [["", "All"], ["waiting", "Waiting"], ["sent", "Sent"], ["failed", "Failed"], ["unknown", "Unknown"]] as const;
const TONES: Record<Notice["state"], string> = { waiting: "accent", sending: "accent", sent: "up", failed: "down", unknown: "warn" };

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function quietHoursIn(data: FormData): QuietHours | undefined {
  const [begin, end] = [textOf(data, "begin"), textOf(data, "end")];
  return begin && end ? { begin, end, timeZone: textOf(data, "zone") } : undefined;
}

function State({ of: { enabled, failingSince, nextSendAt, sentAt } }: { of: Channel }) {
  if (!enabled) return <Badge tone="warn">Off</Badge>;
  if (failingSince) return <><Badge tone="down">Failing</Badge> since <Time at={failingSince} /></>;
  return <><Badge tone="up">On</Badge> <span class="faint">{nextSendAt ? <>sends <Time at={nextSendAt} /></> : sentAt && <>sent <Time at={sentAt} /></>}</span></>;
}

function ChannelFields({ of: channel }: { of?: Channel | undefined }) {
  const quiet = channel?.quietHours;
  return (
    <>
      <Choices legend="Kinds" name="kind" choices={KINDS} checked={channel?.kinds ?? KINDS.filter((kind) => CHOSEN[kind])} write={words} />
      <div class="inline-form">
        <Field id="quiet-begin" label="Quiet from (optional)"><input id="quiet-begin" name="begin" type="time" defaultValue={quiet?.begin ?? ""} /></Field>
        <Field id="quiet-end" label="Quiet until"><input id="quiet-end" name="end" type="time" defaultValue={quiet?.end ?? ""} /></Field>
        <Field id="quiet-zone" label="Time zone"><input id="quiet-zone" name="zone" required defaultValue={quiet?.timeZone ?? zone} spellcheck={false} /></Field>
      </div>
    </>
  );
}

function Notices({ of: channel }: { of: Channel }) {
  const page = pageNumber();
  const state = (place.value.query.get("state") || undefined) as Notice["state"] | undefined;
  const notices = useLoad(`notices:${channel.id}:${state ?? ""}:${page}`, () =>
    api.call("get", "/api/notice-channels/{channelId}/notices", { path: { channelId: channel.id }, query: { page, limit: 25, state } }),
  );
  return (
    <Card title={`Notices through ${channel.name}`} aside={<Choice label="State" name="state" choices={STATES} />}>
      <Result of={notices} lines={4}>
        {({ notices: rows, pagination }) =>
          rows.length === 0 ? (
            <Empty title="No notice in this selection"><p>What happens, of the chosen kinds, is listed here for 30 days. What failed or is unknown is not sent again.</p></Empty>
          ) : (
            <>
              <Table
                label="Notices"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: "Kind", cell: ({ kind }) => words(kind) },
                  { name: "Text", cell: ({ text }) => text },
                  { name: "State", cell: ({ state: now, error }) => <><Badge tone={TONES[now]}>{now}</Badge> {error}</> },
                  { name: "Created", cell: ({ createdAt }) => <span class="nowrap"><Time at={createdAt} /></span> },
                  { name: "Sent", cell: ({ sentAt }) => <span class="nowrap"><Time at={sentAt} /></span> },
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

export function NoticeChannels() {
  const channels = useLoad("notice-channels", () => api.call("get", "/api/notice-channels", {}));
  const action = useAction();
  const [edited, setEdited] = useState<Channel>();
  const [tested, setTested] = useState("");
  const shown = channels.data?.channels.find(({ id }) => id === place.value.query.get("of"));
  const run = async (call: () => Promise<unknown>) => {
    setTested("");
    const done = await action.run(call);
    channels.reload();
    return done;
  };
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const [name, kinds, quietHours] = [textOf(data, "name"), data.getAll("kind") as Kind[], quietHoursIn(data)];
    const saved = await run(() =>
      edited
        ? api.call("patch", "/api/notice-channels/{channelId}", { path: { channelId: edited.id }, body: { name, kinds, quietHours: quietHours ?? null } })
        : api.call("post", "/api/notice-channels", { body: { url: textOf(data, "url"), kinds, ...(name && { name }), ...(quietHours && { quietHours }) } }),
    );
    if (saved) {
      setEdited(undefined);
      form.reset();
    }
  };
  const test = ({ id, name }: Channel) =>
    run(async () => {
      const { result, error } = await api.call("post", "/api/notice-channels/{channelId}/test", { path: { channelId: id } });
      setTested(result === "sent" ? `A message was sent through ${name}.` : (error ?? `The message through ${name} may not have arrived.`));
    });
  const turn = ({ id, enabled }: Channel) => run(() => api.call("patch", "/api/notice-channels/{channelId}", { path: { channelId: id }, body: { enabled: !enabled } }));
  const remove = async ({ id }: Channel) => {
    await run(() => api.call("delete", "/api/notice-channels/{channelId}", { path: { channelId: id } }));
    if (edited?.id === id) setEdited(undefined);
  };
  return (
    <>
      {may("launch") && (
        <Card title={edited ? `Change ${edited.name}` : "New channel"}>
          <form class="stack" key={edited?.id} onSubmit={save}>
            {!edited && (
              <Field id="channel-url" label="Service" hint={<>An address as <a href="https://appriseit.com/services/">Apprise</a> writes it, with one recipient. It is stored encrypted and not shown again.</>}>
                <input id="channel-url" name="url" required autocomplete="off" spellcheck={false} placeholder="tgram://BOT_TOKEN/CHAT_ID" aria-describedby="channel-url-hint" />
              </Field>
            )}
            <Field id="channel-name" label={edited ? "Name" : "Name (optional)"}><input id="channel-name" name="name" required={edited !== undefined} maxLength={100} defaultValue={edited?.name ?? ""} /></Field>
            <ChannelFields of={edited} />
            <div class="buttons">
              <button type="submit" class="button primary" disabled={action.busy}>{edited ? "Save" : "Create"}</button>
              {edited && <button type="button" class="button" onClick={() => setEdited(undefined)}>Back</button>}
            </div>
          </form>
        </Card>
      )}
      {action.error !== undefined && <Problem error={action.error} />}
      {tested && <p class="notice" role="status">{tested}</p>}
      <Card title="Channels">
        <Result of={channels}>
          {({ channels: rows }) =>
            rows.length === 0 ? (
              <Empty title="No channel yet"><p>A channel tells you what happens by chat, mail or phone, in short messages and not at night.</p></Empty>
            ) : (
              <Table
                label="Channels"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: "Name", cell: ({ name, service }) => <><strong>{name}</strong>{service !== name && <><br /><span class="faint">{service}</span></>}</> },
                  { name: "Kinds", cell: ({ kinds }) => kinds.map(words).join(", ") },
                  { name: "Quiet", cell: ({ quietHours: quiet }) => (quiet ? `${quiet.begin} to ${quiet.end} in ${quiet.timeZone}` : "–") },
                  { name: "State", cell: (channel) => <State of={channel} /> },
                  {
                    name: "Actions",
                    cell: (channel) => (
                      <div class="buttons">
                        <button type="button" class="button quiet" aria-pressed={shown === channel} aria-label={`Notices through ${channel.name}`} onClick={() => setQuery({ of: shown === channel ? "" : channel.id, page: "", state: "" })}>Notices</button>
                        {may("launch") && (
                          <>
                            <button type="button" class="button quiet" aria-label={`Test ${channel.name}`} disabled={action.busy} onClick={() => test(channel)}>Test</button>
                            <button type="button" class="button quiet" aria-label={`Change ${channel.name}`} onClick={() => setEdited(channel)}>Change</button>
                            <button type="button" class="button quiet" aria-label={`${channel.enabled ? "Turn off" : "Turn on"} ${channel.name}`} disabled={action.busy} onClick={() => turn(channel)}>{channel.enabled ? "Turn off" : "Turn on"}</button>
                            <button type="button" class="button quiet" aria-label={`Delete ${channel.name}`} disabled={action.busy} onClick={() => remove(channel)}>Delete</button>
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
      {shown && <Notices key={shown.id} of={shown} />}
    </>
  );
}
