// A small client of the tradecore API: typed calls, sign-in with refresh, and events that resume.
import { errorOf, TradecoreError } from "./errors.js";
import { readEvents, type LiveEvent } from "./events.js";
import type { Input, Method, Output, PathOf } from "./operations.js";
import type { components } from "./schema.js";

export { TradecoreError, type Confirmation, type Detail, type ErrorCode } from "./errors.js";
export type { LiveEvent } from "./events.js";
export type { Input, Output } from "./operations.js";
export type Schemas = components["schemas"];

export interface Options {
  /** An access token or a personal token, for `/api`. Signing in replaces it. */
  token?: string;
  /** A key for the news API, for `/analyze`. */
  apiKey?: string;
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch;
}

interface Request {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const LAST_EVENTS = new Set(["analysis_complete", "analysis_error"]);
const RECONNECT_MILLISECONDS = 1000;

export class Tradecore {
  readonly #root: string;
  readonly #fetch: typeof fetch;
  readonly #apiKey: string | undefined;
  #token: string | undefined;
  #refreshToken: string | undefined;
  #cookie = false;
  #refreshing: Promise<void> | undefined;

  /** `root` is the address of the server, such as `https://api.example.com`. */
  constructor(root: string, options: Options = {}) {
    this.#root = root.replace(/\/+$/, "");
    this.#fetch = options.fetch ?? ((...call) => fetch(...call));
    this.#token = options.token;
    this.#apiKey = options.apiKey;
  }

  /** The access token, which changes when it is refreshed. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Whether a cookie keeps the refresh token, so that `resume` finds it after the page is loaded again. */
  get hasCookie(): boolean {
    return this.#cookie;
  }

  /**
   * Sign in. Access tokens are refreshed when they have expired. With `cookie`, on a page of the server itself, a cookie
   * that scripts cannot read keeps the refresh token; over plain HTTP from another machine there is none.
   */
  async login(email: string, password: string, { cookie = false } = {}): Promise<Schemas["UserData"]> {
    const body = { email, password, ...(cookie && { cookie }) };
    return this.#enter(await this.call("post", "/api/auth/login", { body }), cookie);
  }

  /**
   * Finish a sign-in with the identity provider: `code` and `state` as it returned them, `login` from `/api/auth/oidc/begin`.
   * `cookie` is as for `login`.
   */
  async finishProviderLogin(code: string, state: string, login: string, { cookie = false } = {}): Promise<Schemas["UserData"]> {
    const body = { code, state, login, ...(cookie && { cookie }) };
    return this.#enter(await this.call("post", "/api/auth/oidc/finish", { body }), cookie);
  }

  #enter(signedIn: Schemas["LoginData"], cookie: boolean): Schemas["UserData"] {
    this.#token = signedIn.token;
    this.#cookie = cookie && signedIn.refreshToken === "";
    this.#refreshToken = this.#cookie ? undefined : signedIn.refreshToken;
    return signedIn.user;
  }

  /** Continue the session that a cookie keeps. Rejects with TradecoreError, status 401, without one. */
  async resume(): Promise<void> {
    this.#cookie = true;
    await this.refresh();
  }

  /** Get another access token. Calls at the same time share one request. */
  refresh(): Promise<void> {
    return (this.#refreshing ??= this.#refresh());
  }

  /** End the session. */
  async logout(): Promise<void> {
    const body = this.#credential();
    this.#token = this.#refreshToken = undefined;
    this.#cookie = false;
    if (body !== undefined) await this.call("post", "/api/auth/logout", { body });
  }

  /** Call any operation of the OpenAPI document. Rejects with TradecoreError if the server refuses. */
  async call<M extends Method, P extends PathOf<M>>(method: M, path: P, input: Input<M, P>): Promise<Output<M, P>> {
    const response = await this.#send(method, path, input as Request);
    if (response.status === 204) return undefined as Output<M, P>;
    const body = (await response.json()) as { success?: boolean; data?: unknown };
    return (body.success === true && "data" in body ? body.data : body) as Output<M, P>;
  }

  /** The events of an analysis after number `since`, until it has ended. A lost connection resumes where it was. */
  async *follow(analysisId: string, { since = 0, signal }: { since?: number; signal?: AbortSignal } = {}) {
    for (let last = since; ; ) {
      const headers = { "Last-Event-ID": String(last) };
      const request = { path: { analysisId }, headers, ...(signal && { signal }) };
      const events = this.#events("/api/analyze/{analysisId}/events", request);
      for await (const event of events) {
        yield event;
        last = event.id;
        if (LAST_EVENTS.has(event.name)) return;
      }
      await pause(RECONNECT_MILLISECONDS, signal);
    }
  }

  /** All events of the user after position `since`, by default new ones, until `signal` aborts. */
  async *followUser({ since, signal }: { since?: number; signal?: AbortSignal } = {}) {
    for (let last = since; ; ) {
      const query = last === undefined ? {} : { since: last };
      for await (const event of this.#events("/api/events", { query, ...(signal && { signal }) })) {
        yield event;
        last = event.id;
      }
      await pause(RECONNECT_MILLISECONDS, signal);
    }
  }

  /** The events of one connection. It ends when the connection is lost. */
  async *#events(path: string, request: Request): AsyncGenerator<LiveEvent> {
    try {
      const response = await this.#send("get", path, request);
      if (response.body !== null) yield* readEvents(response.body);
    } catch (error) {
      const lasting = error instanceof TradecoreError && error.retryAfter === undefined;
      if (lasting || request.signal?.aborted) throw error;
    }
  }

  async #send(method: Method, template: string, request: Request): Promise<Response> {
    const token = this.#token;
    let response = await this.#attempt(method, template, request);
    const refreshable = this.#credential() !== undefined && !/^\/api\/auth\/(login|refresh|logout)$/.test(template);
    if (response.status === 401 && template.startsWith("/api/") && refreshable) {
      // Requests that fail at the same time share one refresh.
      if (this.#token === token) await this.refresh();
      response = await this.#attempt(method, template, request);
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  #attempt(method: Method, template: string, request: Request): Promise<Response> {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(request.path?.[name])));
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(request.query ?? {})) {
      for (const item of Array.isArray(value) ? value : [value]) if (item != null) query.append(name, String(item));
    }
    const credential = template.startsWith("/analyze") ? (this.#apiKey ?? this.#token) : this.#token;
    const headers = {
      ...(credential !== undefined && { Authorization: `Bearer ${credential}` }),
      ...(request.body !== undefined && { "Content-Type": "application/json" }),
      ...request.headers,
    };
    return this.#fetch(`${this.#root}${path}${query.size ? `?${query}` : ""}`, {
      method: method.toUpperCase(),
      headers,
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      ...(request.signal && { signal: request.signal }),
    });
  }

  /** What refreshes and ends the session. */
  #credential(): { refreshToken: string } | { cookie: true } | undefined {
    if (this.#cookie) return { cookie: true };
    return this.#refreshToken === undefined ? undefined : { refreshToken: this.#refreshToken };
  }

  async #refresh(): Promise<void> {
    try {
      const refreshed = await this.call("post", "/api/auth/refresh", { body: this.#credential() ?? {} });
      this.#token = refreshed.token;
      if (!this.#cookie) this.#refreshToken = refreshed.refreshToken ?? this.#refreshToken;
    } finally {
      this.#refreshing = undefined;
    }
  }
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}
