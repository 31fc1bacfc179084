// Keys by which a request that is sent again, because its answer was lost, does the same thing once.
import { useRef } from "preact/hooks";

/** A key of 128 random bits. `crypto.randomUUID` is missing over plain HTTP from another machine. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The header of a request with this body; another body gets another key. */
export function useIdempotency(): (body: unknown) => { "Idempotency-Key": string } {
  const last = useRef({ text: "", key: "" });
  return (body) => {
    const text = JSON.stringify(body);
    if (last.current.text !== text) last.current = { text, key: newKey() };
    return { "Idempotency-Key": last.current.key };
  };
}
