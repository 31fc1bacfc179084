// What the user should know, newest first.
import { useEffect } from "preact/hooks";
import type { Schemas } from "tradecore-client";
import { words } from "../format";
import { onEvent } from "../live";
import { useAction, useLoad } from "../load";
import { Link, place } from "../router";
import { api } from "../session";
import { Badge, Card, Empty, Problem, Result, Time } from "../ui/parts";
import { pageNumber, Pager, Tabs } from "../ui/table";
import { PriceAlerts } from "./price_alerts";

type Alert = Schemas["AlertData"];

const TONES: Record<Alert["severity"], string> = { info: "", warning: "warn", error: "down" };

const PRICES = "/alerts?view=prices";

/** Where the subject of an alert is shown. */
function addressOf({ type, id }: Alert["subject"]): string {
  if (type === "recommendation" || type === "analysis") return `/analyses/${id}`;
  if (type === "schedule") return "/schedules";
  if (type === "digest") return `/news/${id}`;
  if (type === "price_alert") return PRICES;
  if (type === "source") return "/news?view=sources";
  if (type === "webhook") return "/settings/webhooks";
  if (type === "notice_channel") return "/settings/notices";
  return "/portfolio";
}

function Alerts() {
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

export function AlertsScreen() {
  const prices = place.value.query.get("view") === "prices";
  return (
    <>
      <header class="head">
        <h1>Alerts</h1>
        <Tabs label="Views" tabs={[["/alerts", "Alerts"], [PRICES, "Prices"]]} />
      </header>
      {prices ? <PriceAlerts /> : <Alerts />}
    </>
  );
}
