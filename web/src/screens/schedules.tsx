// Schedules: what is launched for the user at certain times, and what each time has launched.
import type { Schemas } from "tradecore-client";
import { useEffect } from "preact/hooks";
import { amount, money, words } from "../format";
import { onEvent } from "../live";
import { useAction, useLoad } from "../load";
import { Link, place, setQuery } from "../router";
import { api, may } from "../session";
import { Badge, Card, Empty, Problem, Result, Time } from "../ui/parts";
import { pageNumber, Pager, Table, Tabs } from "../ui/table";
import { NewSchedule } from "./new_schedule";
import { useWatchlists, Watchlists } from "./watchlists";

type Schedule = Schemas["ScheduleData"];
type Run = Schemas["ScheduleRunData"];

const TONES: Record<Run["state"], string> = { completed: "up", failed: "warn", pending: "accent" };

function timesOf({ cron, close }: Schedule): string {
  if (cron) return `${cron.expression} in ${cron.timeZone}`;
  return close ? `${amount(close.delayMinutes)} minutes after New York closes` : "";
}

function workOf({ analyses, digest }: Schedule, names: ReadonlyMap<string, string>): string {
  if (digest) {
    const about = [...(digest.interests.assets ?? []), ...(digest.interests.categories ?? [])].join(", ");
    return `a digest of ${amount(digest.hours)} hours for ${digest.reader}${about && `, about ${about}`}`;
  }
  if (!analyses) return "";
  const { watchlist, assets, compare, maxCost } = analyses;
  const of = watchlist === undefined ? (assets ?? []).map(({ symbol }) => symbol).join(", ") : (names.get(watchlist) ?? "a watchlist that is gone");
  const bound = maxCost === undefined ? "" : `, at most ${money(maxCost)}`;
  return `${compare ? `${compare.join(" against ")} over` : "analyses of"} ${of}${bound}`;
}

function addressOf(schedule: Schedule, id: string): string {
  if (schedule.digest) return `/news/${id}`;
  return schedule.analyses?.compare ? `/compare/${id}` : `/analyses/${id}`;
}

function State({ of: { enabled, disabledReason, missedRuns } }: { of: Schedule }) {
  return (
    <>
      <Badge tone={enabled ? "up" : "warn"}>{enabled ? "On" : "Paused"}</Badge> {disabledReason}
      {missedRuns > 0 && <span class="faint"> {amount(missedRuns)} missed</span>}
    </>
  );
}

function Runs({ of: schedule }: { of: Schedule }) {
  const page = pageNumber();
  const runs = useLoad(`runs:${schedule.id}:${page}`, () =>
    api.call("get", "/api/schedules/{scheduleId}/runs", { path: { scheduleId: schedule.id }, query: { page, limit: 20 } }),
  );
  useEffect(() => onEvent(({ event }) => event.startsWith("schedule_") && runs.reload()), [schedule.id, page]);
  return (
    <Card title={`Runs of ${schedule.name}`}>
      <Result of={runs} lines={4}>
        {({ runs: rows, pagination }) =>
          rows.length === 0 ? (
            <Empty title="No run yet"><p>Each time is listed here for 30 days, with what it launched and what it could not.</p></Empty>
          ) : (
            <>
              <Table
                label="Runs"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: "Due", cell: ({ dueAt }) => <span class="nowrap"><Time at={dueAt} /></span> },
                  { name: "State", cell: ({ state, waitingFor }) => <><Badge tone={TONES[state]}>{state}</Badge> {waitingFor}</> },
                  {
                    name: "Launched",
                    cell: ({ launched }) => <span class="answers">{launched.map(({ id, symbol }) => <Link key={id} href={addressOf(schedule, id)}>{symbol ?? "the digest"}</Link>)}</span>,
                  },
                  { name: "Not launched", cell: ({ failures }) => failures.map(({ symbol, reason }) => <p key={symbol}>{symbol && <strong>{symbol} </strong>}{reason}</p>) },
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

function Schedules() {
  const schedules = useLoad("schedules", () => api.call("get", "/api/schedules", {}));
  const watchlists = useWatchlists();
  const names = new Map((watchlists.data?.watchlists ?? []).map(({ id, name }) => [id, name]));
  const action = useAction();
  const shown = schedules.data?.schedules.find(({ id }) => id === place.value.query.get("of"));
  useEffect(() => onEvent(({ event }) => event.startsWith("schedule_") && schedules.reload()), []);
  const change = async (call: () => Promise<unknown>) => {
    await action.run(call);
    schedules.reload();
  };
  const pause = ({ id, enabled }: Schedule) => change(() => api.call("patch", "/api/schedules/{scheduleId}", { path: { scheduleId: id }, body: { enabled: !enabled } }));
  const remove = ({ id }: Schedule) => change(() => api.call("delete", "/api/schedules/{scheduleId}", { path: { scheduleId: id } }));
  return (
    <>
      {may("launch") && <Card title="New schedule"><NewSchedule watchlists={watchlists.data?.watchlists ?? []} onEnd={schedules.reload} /></Card>}
      {action.error !== undefined && <Problem error={action.error} />}
      <Card title="Schedules">
        <Result of={schedules} lines={4}>
          {({ schedules: rows }) =>
            rows.length === 0 ? (
              <Empty title="No schedule yet"><p>Analyses of a watchlist after the close, or a digest every morning, whoever is signed in.</p></Empty>
            ) : (
              <Table
                label="Schedules"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: "Name", cell: ({ name }) => <strong>{name}</strong> },
                  { name: "When", cell: timesOf },
                  { name: "What", cell: (schedule) => words(workOf(schedule, names)) },
                  { name: "Next", cell: ({ nextRunAt }) => <span class="nowrap"><Time at={nextRunAt} /></span> },
                  { name: "State", cell: (schedule) => <State of={schedule} /> },
                  {
                    name: "Actions",
                    cell: (schedule) => (
                      <div class="buttons">
                        <button type="button" class="button quiet" aria-pressed={shown === schedule} aria-label={`Runs of ${schedule.name}`} onClick={() => setQuery({ of: shown === schedule ? "" : schedule.id, page: "" })}>Runs</button>
                        {may("launch") && (
                          <>
                            <button type="button" class="button quiet" aria-label={`${schedule.enabled ? "Pause" : "Resume"} ${schedule.name}`} disabled={action.busy} onClick={() => pause(schedule)}>{schedule.enabled ? "Pause" : "Resume"}</button>
                            <button type="button" class="button quiet" aria-label={`Delete ${schedule.name}`} disabled={action.busy} onClick={() => remove(schedule)}>Delete</button>
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
      {shown && <Runs key={shown.id} of={shown} />}
    </>
  );
}

export function SchedulesScreen() {
  const lists = place.value.query.get("view") === "watchlists";
  return (
    <>
      <header class="head">
        <h1>Schedules</h1>
        <Tabs label="Views" tabs={[["/schedules", "Schedules"], ["/schedules?view=watchlists", "Watchlists"]]} />
      </header>
      {lists ? <Watchlists /> : <Schedules />}
    </>
  );
}
