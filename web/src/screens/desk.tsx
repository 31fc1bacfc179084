// The desk: launch an analysis, follow what runs, open what has ended.
import type { Schemas } from "tradecore-client";
import { useEffect, useId, useState } from "preact/hooks";
import { AtWork } from "../app";
import { day, words } from "../format";
import { onEvent } from "../live";
import { useLoad } from "../load";
import { go, Link } from "../router";
import { server, today } from "../server";
import { api, may, noticeError } from "../session";
import { ActionBadge, Badge, Card, Confidence, Empty, Field, Problem, Progress, Result, Time } from "../ui/parts";

type Listing = Schemas["ListingData"];
type Row = Schemas["AnalysisData"];

const ANALYSTS = ["technical", "sentiment", "news", "fundamentals"] as const;
const SEARCH_PAUSE = 200;

function useSymbols(text: string): Listing[] {
  const [found, setFound] = useState<Listing[]>([]);
  useEffect(() => {
    if (text.trim().length === 0) return setFound([]);
    const gone = new AbortController();
    const timer = setTimeout(() => {
      const query = { query: text.trim(), limit: 8 };
      api.call("get", "/api/market/symbols", { query, signal: gone.signal }).then(
        ({ symbols }) => setFound(symbols),
        // A search that fails leaves the field as it is: a symbol can be typed in full.
        () => undefined,
      );
    }, SEARCH_PAUSE);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text]);
  return found;
}

function SymbolField({ value, onValue, error }: { value: string; onValue: (value: string, kind?: Listing["assetType"]) => void; error: string | undefined }) {
  const listings = useSymbols(value);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const list = useId();
  const choose = (listing: Listing) => {
    onValue(listing.symbol, listing.assetType);
    setOpen(false);
  };
  const shown = open && listings.length > 0 && !(listings.length === 1 && listings[0]?.symbol === value);
  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const chosen = listings[at];
    if (step !== 0 && listings.length > 0) {
      event.preventDefault();
      setOpen(true);
      setAt((at + step + listings.length + (at < 0 && step < 0 ? 1 : 0)) % listings.length);
    } else if (event.key === "Enter" && shown && chosen) {
      event.preventDefault();
      choose(chosen);
    } else if (event.key === "Escape") setOpen(false);
  };
  return (
    <Field id="symbol" label="Symbol" {...(error && { error })}>
      <div class="combo">
        <input
          id="symbol"
          value={value}
          required
          maxLength={40}
          placeholder="NVDA, BTC-USD"
          autocomplete="off"
          spellcheck={false}
          role="combobox"
          aria-expanded={shown}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={shown && at >= 0 ? `${list}-${at}` : undefined}
          onInput={(event) => {
            onValue(event.currentTarget.value);
            setOpen(true);
            setAt(-1);
          }}
          onKeyDown={press}
          onBlur={() => setOpen(false)}
        />
        <ul id={list} role="listbox" aria-label="Symbols" hidden={!shown}>
          {listings.map((listing, index) => (
            <li
              key={listing.symbol}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(listing);
              }}
            >
              <strong>{listing.symbol}</strong>
              <span class="faint">{listing.name === listing.symbol ? listing.exchange ?? listing.assetType : listing.name}</span>
            </li>
          ))}
        </ul>
      </div>
    </Field>
  );
}

function Launch() {
  const engines = useLoad("engines", () => api.call("get", "/api/engines", {}));
  const models = useLoad("models", () => api.call("get", "/api/models", {}));
  const [symbol, setSymbol] = useState("");
  const [kind, setKind] = useState<Listing["assetType"]>();
  const [asOf, setAsOf] = useState("");
  const [analysts, setAnalysts] = useState<ReadonlySet<string>>(new Set(ANALYSTS));
  const [depth, setDepth] = useState(2);
  const [engine, setEngine] = useState("");
  const [model, setModel] = useState("");
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  // The same launch again, after an answer that was lost, is the same analysis.
  const [key, setKey] = useState(() => crypto.randomUUID());

  const usable = (engines.data?.engines ?? []).filter(({ available }) => available);
  const priced = (models.data?.models ?? []).filter(({ available }) => available);
  const chosen = usable.find(({ name }) => name === engine) ?? usable.find(({ paid }) => paid) ?? usable[0];
  const chosenModel = priced.find(({ name }) => name === model) ?? priced.find((each) => each.default) ?? priced[0];
  const paid = chosen?.paid === true && chosenModel !== undefined;

  const launch = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    const typed = symbol.trim();
    try {
      const { analysisId } = await api.call("post", "/api/analyze", {
        headers: { "Idempotency-Key": key },
        body: {
          symbol: typed,
          assetType: kind ?? (/-/.test(typed) ? "crypto" : "equity"),
          date: asOf || today(),
          analysts: ANALYSTS.filter((name) => analysts.has(name)),
          config: {
            researchDepth: depth,
            llmModel: paid ? chosenModel.name : "rules",
            ...(paid && { llmProvider: chosenModel.provider }),
            ...(chosen && { engine: chosen.name }),
          },
        },
      });
      go(`/analyses/${analysisId}`);
    } catch (refusal) {
      noticeError(refusal);
      setError(refusal);
      setKey(crypto.randomUUID());
      setBusy(false);
    }
  };
  const toggle = (name: string) => {
    const next = new Set(analysts);
    if (!next.delete(name)) next.add(name);
    setAnalysts(next);
  };
  return (
    <form class="launch" onSubmit={launch}>
      <div class="launch-row">
        <SymbolField
          value={symbol}
          error={undefined}
          onValue={(value, listed) => {
            setSymbol(value);
            setKind(listed);
          }}
        />
        <Field id="date" label="Day">
          <input id="date" type="date" value={asOf || (server.value && today())} required onInput={(event) => setAsOf(event.currentTarget.value)} />
        </Field>
        <Field id="depth" label="Rounds of debate">
          <select id="depth" value={depth} onChange={(event) => setDepth(Number(event.currentTarget.value))}>
            {[1, 2, 3, 4, 5].map((rounds) => <option key={rounds} value={rounds}>{rounds}</option>)}
          </select>
        </Field>
        <Field id="engine" label="Engine">
          <select id="engine" value={chosen?.name ?? ""} onChange={(event) => setEngine(event.currentTarget.value)}>
            {usable.length === 0 && <option value="">By default</option>}
            {usable.map(({ name, paid: billed }) => <option key={name} value={name}>{name}{billed ? "" : " (free)"}</option>)}
          </select>
        </Field>
        {priced.length > 0 && (
          <Field id="model" label="Model">
            <select id="model" value={chosenModel?.name ?? ""} disabled={!paid} onChange={(event) => setModel(event.currentTarget.value)}>
              {priced.map(({ name, provider }) => <option key={`${provider}:${name}`} value={name}>{name}</option>)}
            </select>
          </Field>
        )}
      </div>
      <div class="launch-row">
        <fieldset class="choices">
          <legend>Analysts</legend>
          {ANALYSTS.map((name) => (
            <label key={name} class="choice">
              <input type="checkbox" checked={analysts.has(name)} onChange={() => toggle(name)} />
              <span>{words(name)}</span>
            </label>
          ))}
        </fieldset>
        <div class="launch-end">
          <p class="hint">
            {paid ? "Every call of a model is paid for; the budget of the server bounds each analysis." : "Costs nothing: no model is called."}
          </p>
          <button type="submit" class="button primary" disabled={busy || analysts.size === 0}>
            {busy ? "Launching …" : "Launch"}
          </button>
        </div>
      </div>
      {error !== undefined && <Problem error={error} />}
    </form>
  );
}

export function RowState({ row }: { row: Row }) {
  if (row.status === "completed") {
    return (
      <span class="row-state">
        <ActionBadge action={row.action ?? "HOLD"} />
        <Confidence value={row.confidence} />
      </span>
    );
  }
  if (row.status === "error") return <Badge tone="warn">Failed</Badge>;
  if (row.status === "queued") return <Badge>Queued</Badge>;
  return <Progress percent={row.progress} label={`Progress of ${row.symbol}`} />;
}

function Running({ row }: { row: Row }) {
  return (
    <li>
      <Link href={`/analyses/${row.id}`} class="run">
        <span class="run-symbol">{row.symbol}</span>
        <span class="faint">{day(row.date)}</span>
        <span class="run-agent">{row.status === "queued" ? "Waiting for its turn" : words(row.currentAgent || "starting")}</span>
        <RowState row={row} />
      </Link>
    </li>
  );
}

/** The rows of a list, which change with the events of the user. */
function useLiveRows(rows: Row[], reload: () => void): Row[] {
  const [changes, setChanges] = useState<Record<string, Partial<Row>>>({});
  useEffect(
    () =>
      onEvent(({ event, data }) => {
        if (event === "analysis_progress") {
          const id = String(data.analysisId);
          if (!rows.some((row) => row.id === id)) reload();
          const next: Partial<Row> = { status: "running", progress: Number(data["progress"]), currentAgent: String(data["agent"]) };
          setChanges((before) => ({ ...before, [id]: next }));
        } else if (event === "analysis_complete" || event === "analysis_error") {
          setChanges(({ [String(data.analysisId)]: _, ...others }) => others);
          reload();
        }
      }),
    [rows],
  );
  return rows.map((row) => (row.status === "running" || row.status === "queued" ? { ...row, ...changes[row.id] } : row));
}

export function DeskScreen() {
  const loaded = useLoad("desk", () => api.call("get", "/api/analyses", { query: { limit: 20 } }));
  const rows = useLiveRows(loaded.data?.analyses ?? [], loaded.reload);
  const running = rows.filter(({ status }) => status === "running" || status === "queued");
  const ended = rows.filter(({ status }) => status === "completed" || status === "error");
  return (
    <>
      <header class="head">
        <h1>Desk</h1>
        <AtWork />
      </header>
      {may("launch") && <Card title="New analysis"><Launch /></Card>}
      {running.length > 0 && (
        <Card title="At work" aside={`${running.length} running or waiting`}>
          <ul class="runs">{running.map((row) => <Running key={row.id} row={row} />)}</ul>
        </Card>
      )}
      <Card title="Latest decisions">
        <Result of={loaded} lines={6}>
          {() =>
            ended.length === 0 ? (
              <Empty title="No decision yet">
                <p>Launch an analysis above, of NVDA for example. You can watch the desk argue, and read why it decided.</p>
              </Empty>
            ) : (
              <ul class="decisions">
                {ended.map((row) => (
                  <li key={row.id}>
                    <Link href={`/analyses/${row.id}`} class="decision-row">
                      <span class="run-symbol">{row.symbol}</span>
                      <span>{day(row.date)}</span>
                      <span class="faint">{row.engine}</span>
                      <span class="faint"><Time at={row.createdAt} /></span>
                      <RowState row={row} />
                    </Link>
                  </li>
                ))}
              </ul>
            )
          }
        </Result>
      </Card>
    </>
  );
}
