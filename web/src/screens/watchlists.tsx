// Watchlists: symbols that schedules analyse.
import type { Schemas } from "tradecore-client";
import { useState } from "preact/hooks";
import { symbolsIn, textOf } from "../form";
import { useAction, useLoad } from "../load";
import { Link, withQuery } from "../router";
import { api, may } from "../session";
import { Card, Field, Problem, Result, Time } from "../ui/parts";
import { Table } from "../ui/table";

type Watchlist = Schemas["WatchlistData"];

/** The list of what the user holds, which follows the positions. */
const POSITIONS = "positions";

export const useWatchlists = () => useLoad("watchlists", () => api.call("get", "/api/watchlists", {}));

export function Watchlists() {
  const watchlists = useWatchlists();
  const action = useAction();
  const [edited, setEdited] = useState<Watchlist>();
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const body = { name: textOf(data, "name"), assets: symbolsIn(textOf(data, "symbols")).map((symbol) => ({ symbol })) };
    const saved = await action.run(() =>
      edited
        ? api.call("patch", "/api/watchlists/{watchlistId}", { path: { watchlistId: edited.id }, body })
        : api.call("post", "/api/watchlists", { body }),
    );
    if (saved) {
      setEdited(undefined);
      form.reset();
    }
    watchlists.reload();
  };
  const remove = async (watchlistId: string) => {
    await action.run(() => api.call("delete", "/api/watchlists/{watchlistId}", { path: { watchlistId } }));
    setEdited(undefined);
    watchlists.reload();
  };
  return (
    <>
      {may("launch") && (
        <Card title={edited ? `Change ${edited.name}` : "New watchlist"}>
          <form class="stack" key={edited?.id} onSubmit={save}>
            <Field id="list-name" label="Name"><input id="list-name" name="name" required maxLength={100} defaultValue={edited?.name ?? ""} /></Field>
            <Field id="symbols" label="Symbols" hint="With commas or spaces between; pairs such as BTC-USD are crypto.">
              <textarea id="symbols" name="symbols" rows={3} required spellcheck={false} defaultValue={edited?.assets.map(({ symbol }) => symbol).join(", ") ?? ""} aria-describedby="symbols-hint" />
            </Field>
            <div class="buttons">
              <button type="submit" class="button primary" disabled={action.busy}>{edited ? "Save" : "Create"}</button>
              {edited && <button type="button" class="button" onClick={() => setEdited(undefined)}>Back</button>}
            </div>
          </form>
        </Card>
      )}
      {action.error !== undefined && <Problem error={action.error} />}
      <Card title="Watchlists">
        <Result of={watchlists}>
          {({ watchlists: rows }) => (
            <Table
              label="Watchlists"
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                { name: "Name", cell: ({ name }) => <strong>{name}</strong> },
                {
                  name: "Symbols",
                  cell: ({ assets, id }) =>
                    assets.length === 0
                      ? <span class="faint">{id === POSITIONS ? "You hold nothing." : "None"}</span>
                      : <span class="answers">{assets.map(({ symbol }) => <Link key={symbol} href={withQuery("/", { symbol })}>{symbol}</Link>)}</span>,
                },
                { name: "Created", cell: ({ createdAt }) => <span class="nowrap"><Time at={createdAt} /></span> },
                may("launch") && {
                  name: "Actions",
                  cell: (list) =>
                    list.id === POSITIONS ? <span class="faint">Follows your positions</span> : (
                      <div class="buttons">
                        <button type="button" class="button quiet" aria-label={`Change ${list.name}`} onClick={() => setEdited(list)}>Change</button>
                        <button type="button" class="button quiet" aria-label={`Delete ${list.name}`} disabled={action.busy} onClick={() => remove(list.id)}>Delete</button>
                      </div>
                    ),
                },
              ]}
            />
          )}
        </Result>
      </Card>
    </>
  );
}
