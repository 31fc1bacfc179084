// Signing in with the identity provider of the installation: it returns the browser to `/sign-in`.
import { TradecoreError } from "tradecore-client";
import { go, hrefOf, place } from "./router";
import { api, keep, leave, session } from "./session";
import { safeAddress } from "./text";

interface Begun {
  state: string;
  login: string;
  /** Where the user was. */
  from: string;
}

const RETURN = "/sign-in";
// For as long as this tab is open.
const BEGUN = "tradecore.provider";

export async function beginProviderSignIn(): Promise<void> {
  const redirectUri = location.origin + hrefOf(RETURN);
  const { authorizationUrl, state, login } = await api.call("post", "/api/auth/oidc/begin", { body: { redirectUri } });
  const address = safeAddress(authorizationUrl);
  if (address === undefined) return leave("The address of the identity provider is not that of a web page.");
  const { path, query } = place.value;
  const begun: Begun = { state, login, from: `${path}${query.size > 0 ? `?${query}` : ""}` };
  sessionStorage.setItem(BEGUN, JSON.stringify(begun));
  location.assign(address);
}

/** Finish what this tab began, if the identity provider has returned the browser; its answer leaves the address at once. */
export async function finishProviderSignIn(): Promise<void> {
  if (place.value.path !== RETURN) return;
  const answer = place.value.query;
  const begun = JSON.parse(sessionStorage.getItem(BEGUN) ?? "null") as Begun | null;
  sessionStorage.removeItem(BEGUN);
  go(begun?.from ?? "/", { replace: true });
  // A link with the answer to somebody else's sign-in begins nothing here.
  if (begun === null) return;
  const [code, state] = [answer.get("code"), answer.get("state")];
  if (!code || state !== begun.state) return leave("The identity provider has not signed you in.");
  session.value = { state: "restoring" };
  try {
    await api.finishProviderLogin(code, state, begun.login, { cookie: true });
    await keep();
  } catch (error) {
    leave(error instanceof TradecoreError ? error.message : "The server does not answer. Sign in again.");
  }
}
