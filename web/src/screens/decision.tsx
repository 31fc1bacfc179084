// A decision: what, over which prices, why, on what evidence, and what became of it.
import type { ComponentChild } from "preact";
import type { Schemas } from "tradecore-client";
import { useMemo, useState } from "preact/hooks";
import { agentName } from "../agents";
import { CandleChart, type Level } from "../chart/candles";
import { amount, change, day, fixed, money, percent, price, seconds } from "../format";
import { useLoad } from "../load";
import { hrefOf, Link, withQuery } from "../router";
import { api } from "../session";
import { Text, Inline } from "../text";
import { EvidenceById, Cite, valueOf, type Evidence } from "../ui/evidence";
import { ActionBadge, Badge, Card, Confidence, Fact, Result, save, Time } from "../ui/parts";
import { Table } from "../ui/table";
import { Debate, Reports, type Step } from "./debate";
import { asMarkdown } from "./markdown";
import { Offer } from "./offer";

type Results = Schemas["ResultData"];
type Status = Schemas["StatusData"];

const BARS = 400;
const WRONG = /prov(e|es|en|ing) (it|this|that|the \w+) wrong|invalidat|would change (my|our|the) mind/i;

const distance = (from: number, to: number): string => (from ? change((to / from - 1) * 100, 1) : "–");

/** The sentences of a text; points within numbers and abbreviations end none. */
const sentences = (text: string): string[] => text.split(/(?<=[.!?])\s+(?=[A-Z“"])/);

function wrongOf({ decision }: Results): { wrong: string; why: string } {
  const parts = sentences(decision.reasoning);
  const wrong = parts.filter((sentence) => WRONG.test(sentence));
  const why = parts.filter((sentence) => !WRONG.test(sentence)).join(" ");
  if (wrong.length > 0) return { wrong: wrong.join(" "), why };
  if (decision.action === "HOLD") return { wrong: "", why };
  const side = decision.action === "BUY" ? "below" : "above";
  return { wrong: `A close ${side} the stop of ${price(decision.stopLoss)} proves it wrong.`, why };
}

function Cautions({ result }: { result: Results }) {
  const { decision, metadata } = result;
  return (
    <>
      {metadata.synthetic && (
        <p class="notice"><strong>Generated prices.</strong> This is a demonstration and says nothing about a real market.</p>
      )}
      {metadata.inSample && (
        <p class="notice"><strong>Look-ahead.</strong> A model of this analysis may have read what came after the day, so its result proves nothing.</p>
      )}
      {decision.needsReview && <p class="notice"><strong>Needs a review.</strong> {decision.needsReview}</p>}
      {decision.reason && <p class="notice"><strong>Not offered.</strong> {decision.reason}</p>}
      {(metadata.quotedAgents ?? []).length > 0 && (
        <p class="notice"><strong>Quoted.</strong> Texts of another system are shown as they are; {amount(metadata.ungroundedNumbers ?? 0)} of their numbers are not in the evidence.</p>
      )}
    </>
  );
}

function Levels({ result }: { result: Results }) {
  const { action, entryPrice, stopLoss, takeProfit, positionSize, confidence, calibratedConfidence } = result.decision;
  const trades = action !== "HOLD";
  const risk = Math.abs(entryPrice - stopLoss);
  return (
    <dl class="facts">
      <Fact name="Confidence" note={calibratedConfidence == null ? "no probability: see the advisory" : `such decisions gained in ${percent(10 * calibratedConfidence, 0)} of cases`}>
        <Confidence value={confidence} />
      </Fact>
      <Fact name={trades ? "Entry" : "Price"}>{price(entryPrice)}</Fact>
      {trades && <Fact name="Stop" note={distance(entryPrice, stopLoss)}>{price(stopLoss)}</Fact>}
      {trades && <Fact name="Target" note={distance(entryPrice, takeProfit)}>{price(takeProfit)}</Fact>}
      {trades && <Fact name="Position" note="of the portfolio">{percent(positionSize)}</Fact>}
      {trades && risk > 0 && <Fact name="Gain to risk">{fixed(Math.abs(takeProfit - entryPrice) / risk, 2)}</Fact>}
    </dl>
  );
}

function Prices({ status, result }: { status: Status; result: Results }) {
  const { symbol, date, assetType } = status;
  const bars = useLoad(`bars:${symbol}:${date}`, () =>
    api.call("get", "/api/market/{symbol}/bars", { path: { symbol }, query: { assetType, until: date, count: BARS } }),
  );
  const { action, entryPrice, stopLoss, takeProfit } = result.decision;
  const levels = useMemo<Level[]>(
    () =>
      action === "HOLD"
        ? []
        : [
            { name: "Target", value: takeProfit, tone: "up" },
            { name: "Entry", value: entryPrice, tone: "accent" },
            { name: "Stop", value: stopLoss, tone: "down" },
          ],
    [action, entryPrice, stopLoss, takeProfit],
  );
  return (
    <Card title="Prices to the analysed day" aside={bars.data && <Same digest={bars.data.digest} result={result} />}>
      <Result of={bars} lines={8}>
        {({ bars: candles, source, notes }) => (
          <>
            <CandleChart candles={candles} levels={levels} label={`Daily prices of ${symbol}`} />
            <p class="source">{source}{notes.length > 0 && ` · ${notes[0]}`}</p>
          </>
        )}
      </Result>
    </Card>
  );
}

/** Whether these are the bars that the desk saw: evidence that rests on bars alone has their digest. */
function Same({ digest, result }: { digest: string; result: Results }) {
  const cited = result.evidence.filter(({ topic }) => topic === "price");
  if (cited.some((evidence) => evidence.digest === digest)) return <Badge tone="up">The bars that the desk saw</Badge>;
  if (cited.length === 0) return null;
  return <Badge tone="warn">The source has revised these bars since</Badge>;
}

function Risk({ result }: { result: Results }) {
  const { volatility, maxDrawdown, liquidity, beta, concerns } = result.riskAssessment;
  return (
    <Card title="Risk" class="risk">
      <dl class="rows">
        <div><dt>Volatility</dt><dd>{volatility}</dd></div>
        <div><dt>Largest fall before</dt><dd class="number">{percent(maxDrawdown)}</dd></div>
        <div><dt>Liquidity</dt><dd>{liquidity}</dd></div>
        <div><dt>Beta</dt><dd class="number">{fixed(beta, 2)}</dd></div>
      </dl>
      <ul class="concerns">{concerns.map((concern) => <li key={concern}><Inline text={concern} /></li>)}</ul>
    </Card>
  );
}

function EvidenceTable({ result, open }: { result: Results; open: boolean }) {
  return (
    <details class="card report" open={open}>
      <summary><span class="report-name">Evidence</span><Badge>{result.evidence.length}</Badge></summary>
      <Table
        label="Evidence"
        rows={result.evidence}
        keyOf={({ id }) => id}
        columns={[
          { name: "Id", cell: ({ id }) => <Cite ids={[id]} /> },
          { name: "Statement", cell: ({ statement }) => <p>{statement}</p> },
          { name: "Value", right: true, cell: valueOf },
          { name: "As of", cell: ({ asOf }) => <span class="nowrap">{asOf}</span> },
        ]}
      />
    </details>
  );
}

function Costs({ result }: { result: Results }) {
  const { usage, engine, engineName, duration, dataSources, completedAt } = result.metadata;
  return (
    <Card title="How it was made" aside={<Link href={withQuery("/compare", { symbol: result.decision.symbol, date: result.metadata.date })}>Compare engines on this day</Link>}>
      <dl class="rows">
        <div><dt>Engine</dt><dd>{engine}{engineName && ` (${engineName})`}</dd></div>
        <div><dt>Data</dt><dd>{dataSources.join("; ")}</dd></div>
        <div><dt>Completed</dt><dd><Time at={completedAt} />, after {seconds(duration)}</dd></div>
        <div><dt>Cost</dt><dd>{usage ? `${usage.cost === null ? "of an unknown price" : money(usage.cost)}, ${amount(usage.calls)} calls, ${amount(usage.inputTokens + usage.outputTokens)} tokens` : "none: no model was called"}</dd></div>
      </dl>
      {usage && usage.byAgent.length > 0 && (
        <Table
          label="Cost by agent"
          rows={usage.byAgent}
          keyOf={({ agent }) => agent}
          columns={[
            { name: "Agent", cell: ({ agent }) => agentName(agent) },
            { name: "Calls", right: true, cell: ({ calls }) => amount(calls) },
            { name: "Input", right: true, cell: ({ inputTokens }) => amount(inputTokens) },
            { name: "Output", right: true, cell: ({ outputTokens }) => amount(outputTokens) },
            { name: "Cost", right: true, cell: ({ cost }) => (cost === null ? "–" : `$${amount(cost, 4)}`) },
          ]}
        />
      )}
    </Card>
  );
}

function TakeAway({ result }: { result: Results }) {
  const name = `${result.decision.symbol}-${result.metadata.date}`.replace(/[^\w.-]/g, "_");
  return (
    <div class="take-away" role="group" aria-label="Take away">
      <button type="button" class="button" onClick={() => save(`${name}.md`, "text/markdown", asMarkdown(result))}>Markdown</button>
      <button type="button" class="button" onClick={() => save(`${name}.json`, "application/json", JSON.stringify(result, null, 2))}>JSON</button>
      <button type="button" class="button" onClick={() => print()}>Print</button>
    </div>
  );
}

const useResults = (id: string) =>
  useLoad(`results:${id}`, () => api.call("get", "/api/analyze/{analysisId}/results", { path: { analysisId: id } }));

/** The evidence of an analysis by its id; undefined until it is loaded. */
export function useEvidence(id: string): Map<string, Evidence> | undefined {
  const { data } = useResults(id);
  return useMemo(() => data && new Map(data.evidence.map((each) => [each.id, each])), [data]);
}

export function Decision({ id, status, steps, title }: { id: string; status: Status; steps: readonly Step[]; title: ComponentChild }) {
  const results = useResults(id);
  const evidence = useEvidence(id);
  const [all, setAll] = useState(false);
  return (
    <EvidenceById.Provider value={evidence}>
      <header class="head">
        <div class="head-title">{title}{results.data && <ActionBadge action={results.data.decision.action} />}</div>
        {results.data && <TakeAway result={results.data} />}
      </header>
      <Result of={results} lines={14}>
        {(result) => {
          const { why, wrong } = wrongOf(result);
          return (
            <>
              <Cautions result={result} />
              <div class="decision">
                <div class="decision-main">
                  <Prices status={status} result={result} />
                  <Card title="Why" class="why">
                    <Text source={why} />
                    {wrong && <div class="wrong"><h3>What would prove it wrong</h3><p><Inline text={wrong} /></p></div>}
                    <p class="faint">{result.decision.advisory}</p>
                  </Card>
                  <div class="thinking">
                    <Debate steps={steps} decided />
                    <p class="verdict"><Inline text={result.debate.finalVerdict} /></p>
                    <Reports key={String(all)} steps={steps} open={all} whole />
                    <EvidenceTable result={result} open={all} />
                    <button type="button" class="button quiet" aria-pressed={all} onClick={() => setAll(!all)}>{all ? "Fold all" : "Open all"}</button>
                    <Costs result={result} />
                  </div>
                </div>
                <div class="decision-side">
                  <Card title="The decision"><Levels result={result} /></Card>
                  <Offer id={id} status={status} decision={result.decision} />
                  <Risk result={result} />
                </div>
              </div>
              <p class="print-only">{location.origin}{hrefOf(`/analyses/${id}`)} · {day(status.date)}</p>
            </>
          );
        }}
      </Result>
    </EvidenceById.Provider>
  );
}
