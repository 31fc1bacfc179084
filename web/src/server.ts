// What the server says about itself: which data and which engine are at work, and what time it has.
import { signal } from "@preact/signals";
import type { Schemas } from "tradecore-client";

const RETRY = 2000;
const root = document.documentElement.dataset["root"] ?? "";
export const server = signal<Schemas["HealthData"] | undefined>(undefined);
// A sandbox may have another day than this machine.
let ahead = 0;

/** The time of the server, in milliseconds. */
export const now = (): number => Date.now() + ahead;

/** The day of the server in the user's calendar, as a date field has it. */
export function today(): string {
  const shown = new Date(now());
  return new Date(shown.getTime() - shown.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

export async function askServer(): Promise<void> {
  try {
    const answer = await fetch(`${root}/health`);
    const { data, timestamp } = (await answer.json()) as { data: Schemas["HealthData"]; timestamp: string };
    // Whole seconds, and the way here: a sandbox is days away, and clocks of machines are right.
    const difference = Date.parse(timestamp) - Date.now();
    ahead = Math.abs(difference) > 60_000 ? difference : 0;
    server.value = data;
  } catch {
    setTimeout(() => void askServer(), RETRY);
  }
}
