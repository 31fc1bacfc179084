// The frame of a chart: values on the right, days below, and a cursor for pointer, finger and keyboard.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { dayMarks, valueMarks } from "./axes";

export interface Scale {
  /** The middle of a day, and the place of a value, in pixels. */
  x: (index: number) => number;
  y: (value: number) => number;
  /** The width of a day. */
  step: number;
  width: number;
}

/** A value that the axis names. */
export interface Tag {
  value: number;
  tone: string;
}

interface Props {
  label: string;
  days: readonly string[];
  values: readonly number[];
  tags: readonly Tag[];
  write: (value: number) => string;
  /** What a day says, beside the chart and to screen readers. */
  legend: (index: number) => ComponentChildren;
  spoken: (index: number) => string;
  children: (scale: Scale) => ComponentChildren;
}

const [TOP, BOTTOM, TAG, CHARACTER, GAP] = [10, 24, 18, 7, 14];
const [ROW, COLUMN] = [46, 78];

function useSize() {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<{ width: number; height: number }>();
  useEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => entry && setSize(entry.contentRect));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { box, size };
}

/** The tags with their places from top to bottom, none over another. */
function spread(tags: readonly Tag[], y: (value: number) => number, bottom: number): (Tag & { at: number })[] {
  const placed = tags.map((tag) => ({ ...tag, at: y(tag.value) })).sort((a, b) => a.at - b.at);
  placed.forEach((tag, index) => (tag.at = Math.max(tag.at, (placed[index - 1]?.at ?? -TAG) + TAG)));
  const beyond = (placed.at(-1)?.at ?? 0) - bottom;
  if (beyond > 0) for (const tag of placed) tag.at -= beyond;
  return placed;
}

export function Plot({ label, days, values, tags, write, legend, spoken, children }: Props) {
  const { box, size } = useSize();
  const [chosen, setChosen] = useState<number>();
  const last = days.length - 1;
  const cursor = Math.min(chosen ?? last, last);
  const draw = ({ width: whole, height }: { width: number; height: number }) => {
    const bottom = height - BOTTOM;
    const [lowest, highest] = [Math.min(...values), Math.max(...values)];
    const room = (highest - lowest || Math.abs(highest) || 1) * 0.05;
    const [low, high] = [lowest - room, highest + room];
    const marks = valueMarks(low, high, Math.max(2, Math.floor((bottom - TOP) / ROW)));
    const written = [...marks, ...tags.map(({ value }) => value)].map(write);
    const width = whole - CHARACTER * Math.max(...written.map((text) => text.length)) - GAP;
    const step = width / days.length;
    const x = (index: number): number => (index + 0.5) * step;
    const y = (value: number): number => TOP + ((high - value) / (high - low)) * (bottom - TOP);
    const placed = spread(tags, y, bottom);
    const follow = ({ offsetX }: PointerEvent) => setChosen(Math.min(last, Math.max(0, Math.floor(offsetX / step))));
    return (
      <>
        <svg viewBox={`0 0 ${whole} ${height}`} role="img" aria-label={label}>
          <path class="plot-grid" d={marks.map((value) => `M0 ${Math.round(y(value)) + 0.5}H${width}`).join("")} />
          <path class="plot-edge" d={`M0 ${bottom + 0.5}H${width + 0.5}V0`} />
          {dayMarks(days, Math.max(1, Math.floor(width / COLUMN))).map(({ index, text }) => {
            // Letters are wider than the digits of the other axis, up to 8 pixels.
            const half = 4 * text.length;
            const at = Math.min(width - half, x(index));
            return <text key={index} x={at < half ? 0 : at} y={height - 6} class={at < half ? undefined : "middle"}>{text}</text>;
          })}
          {marks.filter((value) => placed.every(({ at }) => Math.abs(at - y(value)) > TAG)).map((value) => (
            <text key={value} x={width + 8} y={y(value) + 4}>{write(value)}</text>
          ))}
          {children({ x, y, step, width })}
          {placed.map(({ value, tone, at }) => (
            <g key={`${tone}${value}`} class={`plot-tag ${tone}`}>
              <rect x={width + 1} y={at - TAG / 2} width={whole - width - 1} height={TAG} rx={3} />
              <text x={width + 8} y={at + 4}>{write(value)}</text>
            </g>
          ))}
          {chosen !== undefined && <path class="plot-cursor" d={`M${Math.round(x(cursor)) + 0.5} 0V${bottom}`} />}
        </svg>
        <input
          type="range"
          min={0}
          max={last}
          value={cursor}
          aria-label={`Day, ${label}`}
          aria-valuetext={spoken(cursor)}
          style={{ width: `${width}px`, "--step": `${step}px` }}
          onInput={({ currentTarget }) => setChosen(Number(currentTarget.value))}
          onPointerMove={follow}
          onPointerLeave={() => setChosen(undefined)}
          onBlur={() => setChosen(undefined)}
        />
      </>
    );
  };
  return (
    <figure class="chart">
      <figcaption class="legend number">{legend(cursor)}</figcaption>
      <div class="plot-area" ref={box}>{size && size.width > 0 && draw(size)}</div>
    </figure>
  );
}
