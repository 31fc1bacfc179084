// Everything of the user, live: one WebSocket, which resumes after the last event that it received.
import { effect, signal, untracked } from "@preact/signals";
import { api, session } from "./session";

export interface LiveEvent {
  event: string;
  data: Record<string, unknown> & { analysisId?: string; seq?: number };
}

type Listener = (event: LiveEvent) => void;

export const connection = signal<"off" | "connecting" | "live" | "waiting">("off");
/** Counts up when events may have been missed: what is shown is loaded again. */
export const missed = signal(0);

const listeners = new Set<Listener>();
const RETRY = [500, 1000, 2000, 5000, 10000];
const NOT_SIGNED_IN = 4401;
let socket: WebSocket | undefined;
let position: number | undefined;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function send(event: string, data: Record<string, unknown>): void {
  socket?.send(JSON.stringify({ event, data }));
}

function receive(message: LiveEvent): void {
  if (message.event === "authenticated") {
    send("subscribe_user", { steps: true, ...(position !== undefined && { since: position }) });
  } else if (message.event === "user_subscribed") {
    // Without a known position, something may have happened before this subscription.
    if (position === undefined) missed.value += 1;
    position = Math.max(position ?? 0, Number(message.data["position"] ?? 0));
    failures = 0;
    connection.value = "live";
  } else if (message.event === "error") {
    // The events after this position are not stored any more, or the token was refused.
    position = undefined;
    socket?.close();
  } else {
    const at = message.data["position"];
    if (typeof at === "number") position = at;
    for (const listener of listeners) listener(message);
  }
}

function connect(): void {
  const token = api.token;
  if (token === undefined || socket !== undefined) return;
  connection.value = connection.value === "waiting" ? "waiting" : "connecting";
  const address = `${location.origin.replace(/^http/, "ws")}${document.documentElement.dataset["root"] ?? ""}/ws`;
  const opened = new WebSocket(address);
  socket = opened;
  opened.onopen = () => send("authenticate", { token });
  opened.onmessage = ({ data }) => receive(JSON.parse(data as string) as LiveEvent);
  opened.onclose = async ({ code }) => {
    if (socket !== opened) return;
    socket = undefined;
    connection.value = "waiting";
    if (code === NOT_SIGNED_IN) await api.refresh().catch(() => undefined);
    const wait = RETRY[Math.min(failures, RETRY.length - 1)];
    failures += 1;
    timer = setTimeout(connect, wait);
  };
}

function disconnect(): void {
  clearTimeout(timer);
  const closing = socket;
  socket = undefined;
  position = undefined;
  failures = 0;
  closing?.close();
  connection.value = "off";
}

effect(() => {
  const signedIn = session.value.state === "in";
  untracked(signedIn ? connect : disconnect);
});
