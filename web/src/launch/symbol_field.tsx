// A field for a symbol, with suggestions.
import type { Schemas } from "tradecore-client";
import { useEffect, useId, useState } from "preact/hooks";
import { api } from "../session";
import { Field } from "../ui/parts";

export type Listing = Schemas["ListingData"];

const SEARCH_PAUSE = 200;

function useSymbols(text: string): Listing[] {
  const [found, setFound] = useState<Listing[]>([]);
  useEffect(() => {
    if (text.trim().length === 0) return setFound([]);
    const gone = new AbortController();
    const timer = setTimeout(() => {
      const query = { query: text.trim(), limit: 8 };
      api.call("get", "/api/market/symbols", { query, signal: gone.signal }).then(
        ({ symbols }) => setFound(symbols),
        // A search that fails leaves the field as it is: a symbol can be typed in full.
        () => undefined,
      );
    }, SEARCH_PAUSE);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text]);
  return found;
}

export function SymbolField({ value, onValue }: { value: string; onValue: (value: string, kind?: Listing["assetType"]) => void }) {
  const listings = useSymbols(value);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const list = useId();
  const choose = (listing: Listing) => {
    onValue(listing.symbol, listing.assetType);
    setOpen(false);
  };
  const shown = open && listings.length > 0 && !(listings.length === 1 && listings[0]?.symbol === value);
  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const chosen = listings[at];
    if (step !== 0 && listings.length > 0) {
      event.preventDefault();
      setOpen(true);
      setAt((at + step + listings.length + (at < 0 && step < 0 ? 1 : 0)) % listings.length);
    } else if (event.key === "Enter" && shown && chosen) {
      event.preventDefault();
      choose(chosen);
    } else if (event.key === "Escape") setOpen(false);
  };
  return (
    <Field id="symbol" label="Symbol">
      <div class="combo">
        <input
          id="symbol"
          value={value}
          required
          maxLength={40}
          placeholder="NVDA, BTC-USD"
          autocomplete="off"
          spellcheck={false}
          role="combobox"
          aria-expanded={shown}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={shown && at >= 0 ? `${list}-${at}` : undefined}
          onInput={(event) => {
            onValue(event.currentTarget.value);
            setOpen(true);
            setAt(-1);
          }}
          onKeyDown={press}
          onBlur={() => setOpen(false)}
        />
        <ul id={list} role="listbox" aria-label="Symbols" hidden={!shown}>
          {listings.map((listing, index) => (
            <li
              key={listing.symbol}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(listing);
              }}
            >
              <strong>{listing.symbol}</strong>
              <span class="faint">{listing.name === listing.symbol ? listing.exchange ?? listing.assetType : listing.name}</span>
            </li>
          ))}
        </ul>
      </div>
    </Field>
  );
}
