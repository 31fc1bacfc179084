// Where the marks of a chart stand: round values, and the days at which a month or a year begins.

export interface Mark {
  index: number;
  text: string;
}

const STEPS = [1, 2, 2.5, 5, 10];
const MONTHS = [1, 2, 3, 6, 12, 24, 60];

/** Round values from `low` to `high`, at most `count` of them. */
export function valueMarks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((each) => each * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, index) => (first + index) * step);
}

const written = (day: string, options: Intl.DateTimeFormatOptions): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { ...options, timeZone: "UTC" });

/** At most `count` marks for days such as 2024-10-10: beginnings of months, or single days where these are few. */
export function dayMarks(days: readonly string[], count: number): Mark[] {
  const months = days.flatMap((day, index) => {
    const before = days[index - 1];
    return before === undefined || before.slice(0, 7) === day.slice(0, 7) ? [] : [{ index, day }];
  });
  if (months.length < 2) {
    const every = Math.ceil(days.length / count);
    return days.flatMap((day, index) => (index % every === 0 ? [{ index, text: written(day, { day: "numeric", month: "short" }) }] : []));
  }
  const numberOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
  const begun = (step: number) => months.filter(({ day }) => numberOf(day) % step === 0);
  const step = MONTHS.find((each) => begun(each).length <= count) ?? 120;
  return begun(step).map(({ index, day }, at) => {
    const year = numberOf(day) % 12 === 0;
    return { index, text: written(day, year ? { year: "numeric" } : at === 0 ? { month: "short", year: "numeric" } : { month: "short" }) };
  });
}
