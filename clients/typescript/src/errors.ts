import type { components } from "./schema.js";

export type ErrorCode = components["schemas"]["ErrorCode"];
export type Detail = components["schemas"]["Detail"];
export type Confirmation = components["schemas"]["Confirmation"];

/** A request that the server refused. */
export class TradecoreError extends Error {
  override readonly name = "TradecoreError";
  readonly status: number;
  /** Undefined below `/analyze`, and for answers of a proxy. */
  readonly code: ErrorCode | undefined;
  /** The fields that are not valid. */
  readonly details: readonly Detail[];
  /** What the user has to confirm; the same request with `confirm: true` in its body succeeds. */
  readonly confirmation: Confirmation | undefined;
  /** Finds the request in the log of the server. */
  readonly requestId: string | undefined;
  /** Seconds to wait before the same request, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor(message: string, response: Response, error: components["schemas"]["Error"] | undefined) {
    super(message);
    const details = error?.details ?? [];
    const wait = response.headers.get("retry-after");
    this.status = response.status;
    this.code = error?.code;
    this.details = Array.isArray(details) ? details : [];
    this.confirmation = Array.isArray(details) ? undefined : details;
    this.requestId = response.headers.get("x-request-id") ?? undefined;
    this.retryAfter = wait === null ? undefined : Number(wait);
  }
}

/** The error that a response stands for. */
export async function errorOf(response: Response): Promise<TradecoreError> {
  const body: unknown = await response.json().catch(() => undefined);
  const { error, detail } = (body ?? {}) as { error?: components["schemas"]["Error"]; detail?: unknown };
  const sentence = error?.message ?? (typeof detail === "string" ? detail : JSON.stringify(detail));
  return new TradecoreError(sentence ?? `The server answered with ${response.status}.`, response, error);
}
