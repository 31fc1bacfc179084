// Numbers, names and times for people.

const DASH = "–";

/** A number in English digits, with a minus as typography has it. */
const written = (value: number, options: Intl.NumberFormatOptions): string => value.toLocaleString("en-US", options).replace("-", "−");

/** A price with the digits that count: at least four, and two after the point. */
export function price(value: number | null | undefined, currency?: string): string {
  if (value == null) return DASH;
  const size = Math.abs(value);
  const places = size === 0 || size >= 1 ? 2 : Math.min(14, 3 - Math.floor(Math.log10(size)));
  const text = written(value, { minimumFractionDigits: 2, maximumFractionDigits: places });
  return currency && currency !== "USD" ? `${text} ${currency}` : text;
}

export function money(value: number | null | undefined): string {
  if (value == null) return DASH;
  return written(value, { style: "currency", currency: "USD" });
}

/** A sum in whole dollars, for an axis. */
export const dollars = (value: number): string => written(value, { style: "currency", currency: "USD", maximumFractionDigits: 0 });

/** A number as it is, with at most `places` after the point. */
export function amount(value: number | null | undefined, places = 8): string {
  return value == null ? DASH : written(value, { maximumFractionDigits: places });
}

/** A percentage with its sign. */
export function change(value: number | null | undefined, places = 2): string {
  if (value == null) return DASH;
  if (Math.abs(value) < 0.5 / 10 ** places) return `${(0).toFixed(places)} %`;
  const text = written(Math.abs(value), { minimumFractionDigits: places, maximumFractionDigits: places });
  return `${value < 0 ? "−" : "+"}${text} %`;
}

/** A number with exactly `places` after the point, as in a column. */
export function fixed(value: number | null | undefined, places: number): string {
  return value == null ? DASH : written(value, { minimumFractionDigits: places, maximumFractionDigits: places });
}

export function percent(value: number | null | undefined, places = 1): string {
  return value == null ? DASH : `${fixed(value, places)} %`;
}

export function seconds(value: number | null | undefined): string {
  if (value == null) return DASH;
  if (value < 60) return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

/** `technical_analyst` as “Technical analyst”. */
export function words(name: string): string {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A day such as 2024-10-10, which is the same in every time zone. */
export function day(text: string): string {
  const shown = new Date(`${text}T00:00:00Z`);
  return shown.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

export const tone = (value: number | null | undefined): "up" | "down" | "" =>
  value == null || Math.abs(value) < 0.005 ? "" : value > 0 ? "up" : "down";
