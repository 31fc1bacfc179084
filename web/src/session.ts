// Who is signed in. The access token is in memory only; a cookie that no script can read keeps the refresh token.
import { signal } from "@preact/signals";
import { Tradecore, TradecoreError, type Schemas } from "tradecore-client";

const root = document.documentElement.dataset.root ?? "";
// Whether a cookie is worth asking for; it says nothing else.
const HINT = "tradecore.signedIn";
const others = new BroadcastChannel("tradecore.session");

export const api = new Tradecore(location.origin + root);

export type Account = Schemas["AccountUserData"];
export type Session = { state: "restoring" } | { state: "out"; why?: string } | { state: "in"; account: Account };
export const session = signal<Session>({ state: localStorage.getItem(HINT) ? "restoring" : "out" });

/** Whether signing in again is necessary after the page is loaded again. */
export const isForgotten = signal(false);

export async function restore(): Promise<void> {
  if (session.value.state !== "restoring") return;
  try {
    await api.resume();
    await enter();
  } catch (error) {
    const away = !(error instanceof TradecoreError) || error.status >= 500;
    if (away) setTimeout(() => void restore(), 2000);
    else leave();
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  await api.login(email, password, { cookie: true });
  await keep();
}

/** Enter with the session that has just begun. */
export async function keep(): Promise<void> {
  isForgotten.value = !api.hasCookie;
  if (api.hasCookie) localStorage.setItem(HINT, "1");
  await enter();
}

export async function signOut(): Promise<void> {
  others.postMessage("out");
  leave();
  await api.logout().catch(() => undefined);
}

async function enter(): Promise<void> {
  const { user } = await api.call("get", "/api/auth/me", {});
  session.value = { state: "in", account: user };
}

export function leave(why?: string): void {
  localStorage.removeItem(HINT);
  session.value = why === undefined ? { state: "out" } : { state: "out", why };
}

/** What to do with an error of any call: a session that is over leads to the sign-in. */
export function noticeError(error: unknown): void {
  if (error instanceof TradecoreError && error.status === 401 && session.value.state === "in") {
    leave("Your session has ended. Sign in again to go on where you were.");
  }
}

export const may = (scope: Account["scopes"][number]): boolean =>
  session.value.state === "in" && session.value.account.scopes.includes(scope);

// A sign-out in one tab is one in all of them.
others.onmessage = () => leave();
