// Tables, pages of them, and the fields that filter them.
import type { ComponentChild } from "preact";
import type { Schemas } from "tradecore-client";
import { amount } from "../format";
import { Link, place, setQuery } from "../router";

export interface Column<T> {
  name: string;
  right?: boolean;
  cell: (row: T) => ComponentChild;
}

interface TableProps<T> {
  label: string;
  rows: readonly T[];
  columns: readonly (Column<T> | false)[];
  keyOf: (row: T) => string;
}

export function Table<T>({ label, rows, columns, keyOf }: TableProps<T>) {
  const shown = columns.filter((column): column is Column<T> => column !== false);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={label}>
      <table class="plain">
        <thead>
          <tr>{shown.map(({ name, right }) => <th key={name} scope="col" class={right ? "right" : ""}>{name}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {shown.map(({ name, right, cell }) => <td key={name} class={right ? "right number" : ""}>{cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const pageNumber = (): number => Math.max(1, Number(place.value.query.get("page")) || 1);

/** The way to the other pages of a list; nothing where there is one page. */
export function Pager({ of: { page, pageSize, total, hasNext } }: { of: Schemas["PaginationData"] }) {
  if (page === 1 && !hasNext) return null;
  const turn = (to: number) => setQuery({ page: to === 1 ? "" : String(to) });
  return (
    <nav class="pager" aria-label="Pages">
      <button type="button" class="button" disabled={page === 1} onClick={() => turn(page - 1)}>Newer</button>
      <span class="faint number">{amount((page - 1) * pageSize + 1)} to {amount(Math.min(page * pageSize, total))} of {amount(total)}</span>
      <button type="button" class="button" disabled={!hasNext} onClick={() => turn(page + 1)}>Older</button>
    </nav>
  );
}

interface ChoiceProps {
  label: string;
  name: string;
  choices: readonly (readonly [value: string, shown: string])[];
}

/** A filter that is part of the address. The first choice is the default. */
export function Choice({ label, name, choices }: ChoiceProps) {
  const value = place.value.query.get(name) ?? choices[0]?.[0] ?? "";
  return (
    <div class="field">
      <label for={`filter-${name}`}>{label}</label>
      <select
        id={`filter-${name}`}
        value={value}
        onChange={({ currentTarget }) => setQuery({ page: "", [name]: currentTarget.value === choices[0]?.[0] ? "" : currentTarget.value })}
      >
        {choices.map(([each, shown]) => <option key={each} value={each}>{shown}</option>)}
      </select>
    </div>
  );
}

/** A text that filters, once it is complete. */
export function Search({ label, name, placeholder }: { label: string; name: string; placeholder?: string }) {
  const value = place.value.query.get(name) ?? "";
  return (
    <div class="field">
      <label for={`filter-${name}`}>{label}</label>
      <input
        id={`filter-${name}`}
        key={value}
        defaultValue={value}
        placeholder={placeholder ?? ""}
        onChange={({ currentTarget }) => setQuery({ page: "", [name]: currentTarget.value.trim().toUpperCase() })}
      />
    </div>
  );
}

/** Parts of a screen with an address each. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly (readonly [to: string, name: string])[] }) {
  const { path, query } = place.value;
  const here = query.get("view") ? `${path}?view=${query.get("view")}` : path;
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(([to, name]) => <Link key={to} href={to} aria-current={to === here ? "page" : undefined}>{name}</Link>)}
    </nav>
  );
}
