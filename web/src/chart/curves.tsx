// Lines over days, such as the worth of a portfolio and of its benchmark.
import { day } from "../format";
import { Plot } from "./plot";

export interface Curve {
  name: string;
  points: readonly { date: string; value: number }[];
  /** A baseline is drawn thin and dashed. */
  baseline?: boolean;
}

interface Props {
  curves: readonly Curve[];
  label: string;
  write: (value: number) => string;
}

export function CurveChart({ curves, label, write }: Props) {
  const days = [...new Set(curves.flatMap(({ points }) => points.map(({ date }) => date)))].sort();
  const indexOf = new Map(days.map((date, index) => [date, index]));
  const lines = curves.map((curve, number) => ({
    ...curve,
    style: `series-${number + 1}${curve.baseline ? " baseline" : ""}`,
    byDay: new Map(curve.points.map(({ date, value }) => [date, value])),
  }));
  const at = (byDay: ReadonlyMap<string, number>, index: number): string => {
    const value = byDay.get(days[index] ?? "");
    return value === undefined ? "–" : write(value);
  };
  const spoken = (index: number): string => lines.map(({ name, byDay }) => `${name} ${at(byDay, index)}`).join(", ");
  return (
    <Plot
      label={`${label}: ${spoken(days.length - 1)}`}
      days={days}
      values={curves.flatMap(({ points }) => points.map(({ value }) => value))}
      tags={[]}
      write={write}
      legend={(index) => (
        <>
          <strong>{day(days[index] ?? "")}</strong>
          {lines.map(({ name, style, byDay }) => (
            <span key={name}><svg class={`swatch ${style}`} viewBox="0 0 18 8" aria-hidden="true"><path d="M0 4H18" /></svg>{name} {at(byDay, index)}</span>
          ))}
        </>
      )}
      spoken={(index) => `${day(days[index] ?? "")}, ${spoken(index)}`}
    >
      {({ x, y }) =>
        lines.map(({ name, style, points }) => (
          <path key={name} class={`line ${style}`} d={points.map(({ date, value }, index) => `${index ? "L" : "M"}${x(indexOf.get(date) ?? 0).toFixed(1)} ${y(value).toFixed(1)}`).join("")} />
        ))
      }
    </Plot>
  );
}
