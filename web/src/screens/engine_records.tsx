// The engines of the installation, and the record of each.
import { amount, change, fixed, money, percent, tone } from "../format";
import { useLoad } from "../load";
import { Link, withQuery } from "../router";
import { api } from "../session";
import { Badge, Card, Result } from "../ui/parts";
import { Table } from "../ui/table";

export function Engines() {
  const engines = useLoad("engines", () => api.call("get", "/api/engines", {}));
  return (
    <Card title="Engines and their records">
      <Result of={engines} lines={4}>
        {({ engines: rows }) => (
          <Table
            label="Engines"
            rows={rows}
            keyOf={({ name }) => name}
            columns={[
              { name: "Engine", cell: ({ name, version }) => <><Link href={withQuery("/history", { view: "all", engine: name })} class="strong">{name}</Link> <span class="faint">{version}</span></> },
              { name: "Available", cell: ({ available, reason, paid }) => (available ? <Badge tone="up">{paid ? "billed" : "free"}</Badge> : <span class="faint">{reason}</span>) },
              { name: "Analyses", right: true, cell: ({ record }) => amount(record?.analyses ?? 0) },
              { name: "Scored", right: true, cell: ({ record }) => amount(record?.scored ?? 0) },
              {
                name: "Gained (95 %)",
                right: true,
                cell: ({ record }) => (record?.hitRate == null ? "–" : `${percent(record.hitRate, 0)} (${amount(record.hitRateLow, 0)} to ${amount(record.hitRateHigh, 0)})`),
              },
              { name: "Average return", right: true, cell: ({ record }) => <span class={tone(record?.averageReturn)}>{change(record?.averageReturn)}</span> },
              { name: "Brier score", right: true, cell: ({ record }) => fixed(record?.brierScore, 3) },
              { name: "Cost", right: true, cell: ({ record }) => money(record?.costPerAnalysis) },
            ]}
          />
        )}
      </Result>
      <p class="source">
        Over all your completed analyses, also hidden ones; scored are those whose horizon has passed, after fees. A coin gains in half
        of the cases, and its Brier score is 0.25.
      </p>
    </Card>
  );
}
