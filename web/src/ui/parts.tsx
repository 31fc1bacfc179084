// Small parts that every screen is made of.
import { TradecoreError } from "tradecore-client";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { percent } from "../format";
import { now } from "../server";

/** A time in the user's zone, with UTC on hover. */
export function Time({ at, short = false }: { at: string | null | undefined; short?: boolean }) {
  if (!at) return <>–</>;
  const time = new Date(at);
  const utc = `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
  const options: Intl.DateTimeFormatOptions = short
    ? { hour: "2-digit", minute: "2-digit" }
    : { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
  return <time dateTime={at} title={utc}>{time.toLocaleString(undefined, options)}</time>;
}

/** Draw again every second. */
export function useSecond(): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
}

/** The time until a moment, counting down. */
export function Countdown({ until }: { until: string }) {
  useSecond();
  const left = Math.max(0, Math.floor((Date.parse(until) - now()) / 1000));
  const [hours, minutes, rest] = [Math.floor(left / 3600), Math.floor((left % 3600) / 60), left % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return <time dateTime={until} title={`${until.slice(0, 10)} ${until.slice(11, 19)} UTC`} class="number">{hours}:{two(minutes)}:{two(rest)}</time>;
}

export function Badge({ tone = "", children }: { tone?: string; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

const TONES: Record<string, string> = { BUY: "up", SELL: "down", HOLD: "" };

export function ActionBadge({ action }: { action: string }) {
  return <Badge tone={TONES[action] ?? ""}>{action}</Badge>;
}

/** The sentence of an error, as the API said it. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  const details = error instanceof TradecoreError ? error.details : [];
  const known = error instanceof TradecoreError;
  // The same request gets the same answer.
  const final = known && error.status >= 400 && error.status < 500 && error.status !== 429;
  const away = "The server does not answer. It may be restarting; nothing is lost.";
  return (
    <div class="problem" role="alert">
      <p>{known ? error.message : away}</p>
      {details.length > 0 && <ul>{details.map(({ field, message }) => <li><code>{field}</code> {message}</li>)}</ul>}
      {known && error.status >= 500 && error.requestId && <p class="faint">Request {error.requestId}</p>}
      {retry && !final && <button type="button" class="button" onClick={retry}>Try again</button>}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      <div>{children}</div>
    </div>
  );
}

/** A place for what is being loaded, as high as what will come, so that nothing jumps. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, () => <span />)}
    </div>
  );
}

/** What a load has brought: its data, its error, or a place for it. */
export function Result<T>(props: {
  of: { data: T | undefined; error: unknown; reload: () => void };
  lines?: number;
  children: (data: T) => ComponentChildren;
}) {
  const { data, error, reload } = props.of;
  return (
    <>
      {error !== undefined && <Problem error={error} retry={reload} />}
      {data !== undefined ? props.children(data) : error === undefined && <Skeleton lines={props.lines ?? 4} />}
    </>
  );
}

export function Card(props: { title?: ComponentChildren; aside?: ComponentChildren; class?: string; id?: string; children: ComponentChildren }) {
  return (
    <section class={`card ${props.class ?? ""}`} id={props.id}>
      {props.title !== undefined && (
        <header class="card-head">
          <h2>{props.title}</h2>
          {props.aside !== undefined && <div class="card-aside">{props.aside}</div>}
        </header>
      )}
      {props.children}
    </section>
  );
}

export function Fact({ name, children, tone = "", note }: { name: string; children: ComponentChildren; tone?: string; note?: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd class={`number ${tone}`}>{children}</dd>
      {note !== undefined && <dd class="fact-note">{note}</dd>}
    </div>
  );
}

export function Field(props: { label: string; hint?: ComponentChildren; error?: string; id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      {props.children}
      {props.hint !== undefined && <p class="hint" id={`${props.id}-hint`}>{props.hint}</p>}
      {props.error && <p class="field-error" role="alert">{props.error}</p>}
    </div>
  );
}

/** A group of boxes to tick. */
export function Choices<T extends string>(props: { legend: string; name: string; choices: readonly T[]; checked: readonly T[]; write?: (choice: T) => string }) {
  const { legend, name, choices, checked, write } = props;
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {choices.map((choice) => (
        <label key={choice} class="choice"><input type="checkbox" name={name} value={choice} defaultChecked={checked.includes(choice)} /><span>{write?.(choice) ?? choice}</span></label>
      ))}
    </fieldset>
  );
}

export function Progress({ percent: value, label }: { percent: number; label: string }) {
  return (
    <div class="progress">
      <progress max={100} value={value} aria-label={label} />
      <span class="number">{percent(value, 0)}</span>
    </div>
  );
}

export function Confidence({ value }: { value: number | null | undefined }) {
  if (value == null) return <>–</>;
  return (
    <span class="confidence" title={`${value} of 10`}>
      <progress max={10} value={value} aria-label={`Confidence ${value} of 10`} />
      <span class="number">{value.toFixed(1)}</span>
    </span>
  );
}

/** Save a text as a file. */
export function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
