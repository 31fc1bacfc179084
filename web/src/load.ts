// Loading: what a screen shows is kept, so that it appears at once when the user comes back to it.
import { useEffect, useState } from "preact/hooks";
import { missed } from "./live";
import { noticeError } from "./session";

export interface Loaded<T> {
  data: T | undefined;
  error: unknown;
  reload: () => void;
}

const kept = new Map<string, unknown>();

/** Forget everything, because somebody else may sign in. */
export const forgetLoaded = (): void => kept.clear();

/** What `load` returns, again whenever `key` changes, on `reload`, and after lost events. */
export function useLoad<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [, redraw] = useState(0);
  const [state, setState] = useState<{ key: string; error: unknown }>({ key, error: undefined });
  const [turn, setTurn] = useState(0);
  const lost = missed.value;
  useEffect(() => {
    let current = true;
    load().then(
      (data) => {
        kept.set(key, data);
        if (!current) return;
        setState({ key, error: undefined });
        redraw((n) => n + 1);
      },
      (error: unknown) => {
        if (!current) return;
        noticeError(error);
        setState({ key, error });
      },
    );
    return () => {
      current = false;
    };
  }, [key, turn, lost]);
  return {
    data: kept.get(key) as T | undefined,
    error: state.key === key ? state.error : undefined,
    reload: () => setTurn((n) => n + 1),
  };
}

export interface Action {
  busy: boolean;
  error: unknown;
  /** Whether it succeeded. */
  run: (action: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
}

/** Something that the user does once at a time, with its error. */
export function useAction(): Action {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: undefined });
  return {
    ...state,
    run: async (action) => {
      setState({ busy: true, error: undefined });
      try {
        await action();
        setState({ busy: false, error: undefined });
        return true;
      } catch (error) {
        noticeError(error);
        setState({ busy: false, error });
        return false;
      }
    },
    clear: () => setState({ busy: false, error: undefined }),
  };
}
