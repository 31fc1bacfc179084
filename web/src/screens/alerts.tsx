// What the user should know, newest first.
import { useEffect } from "preact/hooks";
import type { Schemas } from "tradecore-client";
import { words } from "../format";
import { onEvent } from "../live";
import { useAction, useLoad } from "../load";
import { Link } from "../router";
import { api } from "../session";
import { Badge, Card, Empty, Problem, Result, Time } from "../ui/parts";
import { pageNumber, Pager } from "../ui/table";

type Alert = Schemas["AlertData"];

const TONES: Record<Alert["severity"], string> = { info: "", warning: "warn", error: "down" };

/** Where the subject of an alert is shown. */
function addressOf({ type, id }: Alert["subject"]): string {
  if (type === "recommendation" || type === "analysis") return `/analyses/${id}`;
  if (type === "schedule") return "/schedules";
  if (type === "digest") return `/news/${id}`;
  return "/portfolio";
}

export function AlertsScreen() {
  const page = pageNumber();
  const alerts = useLoad(`alerts:${page}`, () => api.call("get", "/api/alerts", { query: { page, limit: 50 } }));
  const action = useAction();
  useEffect(() => onEvent(({ event }) => event === "alert" && alerts.reload()), [page]);
  const acknowledge = async (alertId: string) => {
    await action.run(() => api.call("post", "/api/alerts/{alertId}/ack", { path: { alertId } }));
    alerts.reload();
  };
  return (
    <>
      <header class="head"><h1>Alerts</h1></header>
      {action.error !== undefined && <Problem error={action.error} />}
      <Card>
        <Result of={alerts} lines={8}>
          {({ alerts: rows, pagination }) =>
            rows.length === 0 ? (
              <Empty title="Nothing to report"><p>Stops and targets that are crossed, orders that surprise, recommendations and digests that are ready appear here.</p></Empty>
            ) : (
              <>
                <ul class="alerts">
                  {rows.map((alert) => (
                    <li key={alert.id} class={alert.acknowledgedAt ? "alert seen" : "alert"}>
                      <Badge tone={TONES[alert.severity]}>{words(alert.kind)}</Badge>
                      <p><Link href={addressOf(alert.subject)}>{alert.message}</Link> <span class="faint"><Time at={alert.createdAt} /></span></p>
                      {alert.acknowledgedAt ? <span class="faint">Seen</span> : <button type="button" class="button quiet" aria-label={`Mark as seen: ${alert.message}`} disabled={action.busy} onClick={() => acknowledge(alert.id)}>Mark as seen</button>}
                    </li>
                  ))}
                </ul>
                <Pager of={pagination} />
              </>
            )
          }
        </Result>
      </Card>
    </>
  );
}
