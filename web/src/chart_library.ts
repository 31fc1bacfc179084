// Drawing with lightweight-charts, in a file of its own that is loaded with the first chart.
import { CandlestickSeries, ColorType, createChart, LineSeries, LineStyle } from "lightweight-charts";
import type { IChartApi, UTCTimestamp } from "lightweight-charts";
import { colourOf, type Candle, type Level } from "./chart";
import { price } from "./format";

/** The language of the browser, where it is one that the library can format with. */
function locale(): string {
  try {
    return Intl.getCanonicalLocales(navigator.language)[0] ?? "en-US";
  } catch {
    return "en-US";
  }
}

function open(element: HTMLElement, write: (value: number) => string): IChartApi {
  const line = colourOf("line");
  return createChart(element, {
    autoSize: true,
    layout: {
      // Its logo sets a style of its own; the footer of the page names the library.
      attributionLogo: false,
      background: { type: ColorType.Solid, color: colourOf("surface") },
      textColor: colourOf("muted"),
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 12,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line },
    timeScale: { borderColor: line, rightOffset: 3, minBarSpacing: 1 },
    handleScroll: { vertTouchDrag: false },
    localization: { locale: locale(), priceFormatter: (value: number) => write(value) },
  });
}

const SHOWN_BARS = 120;

/** Draw candles with their levels; the function that is returned removes them. */
export function drawCandles(element: HTMLElement, candles: readonly Candle[], levels: readonly Level[]): () => void {
  const chart = open(element, price);
  const [up, down] = [colourOf("up"), colourOf("down")];
  const values = candles.map(({ low }) => low);
  const smallest = Math.min(...values, ...levels.map(({ value }) => value));
  const minMove = smallest >= 1 ? 0.01 : 10 ** (Math.floor(Math.log10(Math.max(smallest, 1e-12))) - 3);
  const series = chart.addSeries(CandlestickSeries, {
    upColor: up,
    downColor: down,
    wickUpColor: up,
    wickDownColor: down,
    borderVisible: false,
    lastValueVisible: false,
    priceLineVisible: false,
    priceFormat: { type: "custom", formatter: (value: number) => price(value), minMove },
    // The levels are always in sight.
    autoscaleInfoProvider: (original: () => { priceRange: { minValue: number; maxValue: number } | null } | null) => {
      const info = original();
      if (!info?.priceRange) return info;
      const all = levels.map(({ value }) => value);
      const { minValue, maxValue } = info.priceRange;
      return { ...info, priceRange: { minValue: Math.min(minValue, ...all), maxValue: Math.max(maxValue, ...all) } };
    },
  });
  series.setData(candles.map(({ date, open: first, high, low, close }) => ({ time: date, open: first, high, low, close })));
  for (const { name, value, colour } of levels) {
    series.createPriceLine({
      price: value,
      color: colourOf(colour),
      lineWidth: 1,
      lineStyle: LineStyle.Dashed,
      axisLabelVisible: true,
      title: name,
    });
  }
  const end = candles.length + 2;
  chart.timeScale().setVisibleLogicalRange({ from: Math.max(-1, candles.length - SHOWN_BARS), to: end });
  return () => chart.remove();
}

export interface CurvePoint {
  date: string;
  value: number;
}

export interface Curve {
  name: string;
  colour: string;
  points: readonly CurvePoint[];
}

/** Draw lines over the same days; the function that is returned removes them. */
export function drawCurves(element: HTMLElement, curves: readonly Curve[], write: (value: number) => string): () => void {
  const chart = open(element, write);
  for (const { name, colour, points } of curves) {
    const series = chart.addSeries(LineSeries, {
      color: colourOf(colour),
      lineWidth: 2,
      title: name,
      priceLineVisible: false,
      priceFormat: { type: "custom", formatter: write, minMove: 0.01 },
    });
    series.setData(points.map(({ date, value }) => ({ time: (Date.parse(`${date}T00:00:00Z`) / 1000) as UTCTimestamp, value })));
  }
  chart.timeScale().fitContent();
  return () => chart.remove();
}
