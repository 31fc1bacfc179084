// Evidence: what a sentence rests on is one click away.
import { signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { Schemas } from "tradecore-client";
import { amount, day, price } from "../format";

export type Evidence = Schemas["EvidenceData"];

/** The evidence of the analysis that a text belongs to, by id; undefined while it runs. */
export const EvidenceById = createContext<Map<string, Evidence> | undefined>(undefined);

const shown = signal<{ ids: string[]; known: Map<string, Evidence> } | undefined>(undefined);

/** A group of citations such as [E28, E29]. */
export function Cite({ ids }: { ids: string[] }) {
  const known = useContext(EvidenceById);
  const text = ids.join(", ");
  if (known === undefined) return <span class="cite waiting">{text}</span>;
  return (
    <button type="button" class="cite" aria-label={`Evidence ${text}`} onClick={() => (shown.value = { ids, known })}>
      {text}
    </button>
  );
}

export function valueOf({ value, unit }: Evidence): string {
  if (value == null) return "–";
  if (unit === "price") return price(value);
  return unit ? `${amount(value)} ${unit}` : amount(value);
}

/** The panel that shows evidence; there is one on the page. */
export function EvidencePanel() {
  const dialog = useRef<HTMLDialogElement>(null);
  const current = shown.value;
  useEffect(() => {
    if (current && !dialog.current?.open) dialog.current?.showModal();
  }, [current]);
  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class="panel"
      aria-labelledby="evidence-title"
      onClose={() => (shown.value = undefined)}
      onClick={(event) => event.target === dialog.current && close()}
    >
      {current && (
        <div class="panel-body">
          <header class="panel-head">
            <h2 id="evidence-title">What this rests on</h2>
            <button type="button" class="button quiet" onClick={close}>Close</button>
          </header>
          {current.ids.map((id) => {
            const evidence = current.known.get(id);
            if (evidence === undefined) return <p key={id}>{id} is not among the evidence of this analysis.</p>;
            return (
              <article key={id} class="evidence">
                <p class="evidence-statement"><span class="evidence-id">{id}</span> {evidence.statement}</p>
                <dl class="rows">
                  <div><dt>Value</dt><dd class="number">{valueOf(evidence)}</dd></div>
                  <div><dt>Source</dt><dd>{evidence.source}</dd></div>
                  <div><dt>Known since</dt><dd>{day(evidence.asOf)}</dd></div>
                  <div><dt>Digest of the data</dt><dd class="digest">{evidence.digest || "–"}</dd></div>
                </dl>
              </article>
            );
          })}
        </div>
      )}
    </dialog>
  );
}
