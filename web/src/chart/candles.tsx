// Daily prices as candles, with the levels of a plan.
import { useState } from "preact/hooks";
import { change, day, price } from "../format";
import { Plot, type Scale } from "./plot";

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
  tone: "accent" | "down" | "up";
}

interface Props {
  candles: readonly Candle[];
  levels: readonly Level[];
  label: string;
}

const RANGES = [[63, "3 months"], [126, "6 months"], [252, "1 year"], [Infinity, "All"]] as const;
const WIDEST = 12;

function draw(candles: readonly Candle[], { x, y, step }: Scale) {
  const body = Math.max(1, Math.min(WIDEST, Math.round(step * 0.68)));
  const of = (rising: boolean) => {
    const [wicks, bodies]: string[][] = [[], []];
    candles.forEach(({ open, high, low, close }, index) => {
      if (close >= open !== rising) return;
      const middle = Math.round(x(index)) + 0.5;
      const [top, bottom] = [y(Math.max(open, close)), y(Math.min(open, close))];
      wicks?.push(`M${middle} ${y(high).toFixed(1)}V${y(low).toFixed(1)}`);
      bodies?.push(`M${middle - body / 2} ${top.toFixed(1)}h${body}v${Math.max(1, bottom - top).toFixed(1)}h${-body}z`);
    });
    return (
      <g class={rising ? "candles up" : "candles down"}>
        <path d={wicks?.join("")} />
        <path d={bodies?.join("")} />
      </g>
    );
  };
  return <>{of(true)}{of(false)}</>;
}

function Levels({ levels, scale: { y, width } }: { levels: readonly Level[]; scale: Scale }) {
  return (
    <>
      {levels.map(({ name, value, tone }) => (
        <g key={name} class={`level ${tone}`}>
          <path d={`M0 ${Math.round(y(value)) + 0.5}H${width}`} />
          <text x={6} y={y(value) - 5}>{name}</text>
        </g>
      ))}
    </>
  );
}

export function CandleChart({ candles, levels, label }: Props) {
  const [range, setRange] = useState<number>(126);
  const shown = candles.slice(-Math.min(range, candles.length));
  const last = candles.at(-1);
  if (last === undefined) return <p class="faint">There are no prices to this day.</p>;
  const changeOf = (index: number): number | undefined => {
    const before = candles[candles.length - shown.length + index - 1];
    return before && ((shown[index]?.close ?? 0) / before.close - 1) * 100;
  };
  const said = [`closing at ${price(last.close)} on ${last.date}`, ...levels.map(({ name, value }) => `${name} ${price(value)}`)];
  return (
    <>
      <Plot
        label={`${label}: ${said.join(", ")}`}
        days={shown.map(({ date }) => date)}
        values={[...shown.flatMap(({ high, low }) => [high, low]), ...levels.map(({ value }) => value)]}
        tags={levels}
        write={price}
        legend={(index) => {
          const bar = shown[index] ?? last;
          const moved = changeOf(index);
          return (
            <>
              <strong>{day(bar.date)}</strong>
              {(["open", "high", "low", "close"] as const).map((name) => <span key={name}>{name} {price(bar[name])}</span>)}
              <span class={(moved ?? 0) < 0 ? "down" : "up"}>{change(moved)}</span>
            </>
          );
        }}
        spoken={(index) => `${day(shown[index]?.date ?? last.date)}, close ${price(shown[index]?.close)}, ${change(changeOf(index))}`}
      >
        {(scale) => (
          <>
            {draw(shown, scale)}
            <Levels levels={levels} scale={scale} />
          </>
        )}
      </Plot>
      <div class="ranges" role="group" aria-label="Days shown">
        {RANGES.filter(([, name], index) => name === "All" || (RANGES[index]?.[0] ?? 0) < candles.length).map(([bars, name]) => (
          <button key={name} type="button" class="button quiet" aria-pressed={range === bars} onClick={() => setRange(bars)}>{name}</button>
        ))}
      </div>
    </>
  );
}
