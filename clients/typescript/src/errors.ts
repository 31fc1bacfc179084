import type { components } from "./schema.js";

export type ErrorCode = components["schemas"]["ErrorCode"];
export type Detail = components["schemas"]["Detail"];

/** A request that the server refused. `code` is undefined below `/analyze` and for answers of a proxy. */
export class TradecoreError extends Error {
  override readonly name = "TradecoreError";

  constructor(
    message: string,
    readonly status: number,
    readonly code: ErrorCode | undefined,
    /** The fields that are not valid. */
    readonly details: readonly Detail[],
    /** Finds the request in the log of the server. */
    readonly requestId: string | undefined,
    /** Seconds to wait before the same request, where the server says so. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }
}

/** The error that a response stands for. */
export async function errorOf(response: Response): Promise<TradecoreError> {
  const body: unknown = await response.json().catch(() => undefined);
  const { error, detail } = (body ?? {}) as { error?: components["schemas"]["Error"]; detail?: unknown };
  const sentence = error?.message ?? (typeof detail === "string" ? detail : JSON.stringify(detail));
  const wait = response.headers.get("retry-after");
  return new TradecoreError(
    sentence ?? `The server answered with ${response.status}.`,
    response.status,
    error?.code,
    error?.details ?? [],
    response.headers.get("x-request-id") ?? undefined,
    wait === null ? undefined : Number(wait),
  );
}
