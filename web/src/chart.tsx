// Candles with levels. The library is loaded with the first chart.
import { useEffect, useRef } from "preact/hooks";
import type { Curve } from "./chart_library";
import { price } from "./format";
import { paint } from "./theme";

export interface Candle {
  date: string;
  open: number;
  high: number;
  low: number;
  close: number;
}

export interface Level {
  name: string;
  value: number;
  colour: "accent" | "down" | "up";
}

interface Props {
  candles: readonly Candle[];
  levels: readonly Level[];
  label: string;
}

/** A colour of the style sheet as a canvas takes it. */
export function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function CandleChart({ candles, levels, label }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const painted = paint.value;
  useEffect(() => {
    const element = box.current;
    if (element === null || candles.length === 0) return undefined;
    let remove: (() => void) | undefined;
    let gone = false;
    void import("./chart_library").then(({ drawCandles }) => {
      if (!gone) remove = drawCandles(element, candles, levels);
    });
    return () => {
      gone = true;
      remove?.();
    };
  }, [candles, levels, painted]);
  const last = candles.at(-1);
  const said = [
    ...(last ? [`closing at ${price(last.close)} on ${last.date}`] : []),
    ...levels.map(({ name, value }) => `${name} ${price(value)}`),
  ];
  return <div class="chart" ref={box} role="img" aria-label={`${label}: ${said.join(", ")}`} />;
}

interface CurvesProps {
  curves: readonly Curve[];
  label: string;
  write: (value: number) => string;
}

/** Lines over the same days. */
export function CurveChart({ curves, label, write }: CurvesProps) {
  const box = useRef<HTMLDivElement>(null);
  const painted = paint.value;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    let remove: (() => void) | undefined;
    let gone = false;
    void import("./chart_library").then(({ drawCurves }) => {
      if (!gone) remove = drawCurves(element, curves, write);
    });
    return () => {
      gone = true;
      remove?.();
    };
  }, [curves, painted]);
  const ends = curves.map(({ name, points }) => `${name} ${write(points.at(-1)?.value ?? 0)}`);
  return <div class="chart" ref={box} role="img" aria-label={`${label}: ${ends.join(", ")}`} />;
}
