// The frame around every screen: navigation, what is at work, and the sign-in in front of it.
import type { FunctionComponent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons";
import { connection } from "./live";
import { forgetLoaded } from "./load";
import { go, hrefOf, Link, place, visits } from "./router";
import { AnalysisScreen } from "./screens/analysis";
import { DeskScreen } from "./screens/desk";
import { AlertsScreen } from "./screens/alerts";
import { BacktestScreen } from "./screens/backtest";
import { BacktestsScreen } from "./screens/backtests";
import { CompareScreen } from "./screens/compare";
import { ComparisonScreen } from "./screens/comparison";
import { HistoryScreen } from "./screens/history";
import { DigestScreen, NewsScreen } from "./screens/news";
import { PortfolioScreen } from "./screens/portfolio";
import { RecommendationsScreen } from "./screens/recommendations";
import { SchedulesScreen } from "./screens/schedules";
import { SettingsScreen } from "./screens/settings";
import { SignIn } from "./screens/sign_in";
import { server } from "./server";
import { isForgotten, session, signOut } from "./session";
import { chooseTheme, dark } from "./theme";
import { EvidencePanel } from "./ui/evidence";

interface Screen {
  pattern: RegExp;
  screen: FunctionComponent<{ id: string }>;
  title: string;
}

const SCREENS: Screen[] = [
  { pattern: /^\/$/, screen: DeskScreen, title: "Desk" },
  { pattern: /^\/analyses\/([^/]+)$/, screen: AnalysisScreen, title: "Analysis" },
  { pattern: /^\/recommendations$/, screen: RecommendationsScreen, title: "Recommendations" },
  { pattern: /^\/portfolio$/, screen: PortfolioScreen, title: "Portfolio" },
  { pattern: /^\/history$/, screen: HistoryScreen, title: "History" },
  { pattern: /^\/news$/, screen: NewsScreen, title: "News" },
  { pattern: /^\/news\/([^/]+)$/, screen: DigestScreen, title: "Digest" },
  { pattern: /^\/compare$/, screen: CompareScreen, title: "Compare" },
  { pattern: /^\/compare\/([^/]+)$/, screen: ComparisonScreen, title: "Comparison" },
  { pattern: /^\/backtests$/, screen: BacktestsScreen, title: "Backtests" },
  { pattern: /^\/backtests\/([^/]+)$/, screen: BacktestScreen, title: "Backtest" },
  { pattern: /^\/schedules$/, screen: SchedulesScreen, title: "Schedules" },
  { pattern: /^\/alerts$/, screen: AlertsScreen, title: "Alerts" },
  { pattern: /^\/settings(?:\/([^/]+))?$/, screen: SettingsScreen, title: "Settings" },
];

/** Screens without an entry of their own. */
const PARENTS: Record<string, string> = { analyses: "", backtests: "compare" };

/** `short` is what a phone has room for. */
interface Entry {
  to: string;
  name: string;
  short?: string;
  icon: IconName;
}

const WORK: Entry[] = [
  { to: "/", name: "Desk", icon: "desk" },
  { to: "/recommendations", name: "Recommendations", short: "Inbox", icon: "inbox" },
  { to: "/portfolio", name: "Portfolio", icon: "portfolio" },
  { to: "/history", name: "History", icon: "history" },
  { to: "/compare", name: "Compare", icon: "compare" },
  { to: "/schedules", name: "Schedules", short: "Schedule", icon: "schedule" },
  { to: "/news", name: "News", icon: "news" },
];
/** At the top of a phone, where the others are at its bottom. */
const OWN: Entry[] = [
  { to: "/alerts", name: "Alerts", icon: "alerts" },
  { to: "/settings", name: "Settings", icon: "settings" },
];

/** Whether a screen belongs to an entry of the navigation. */
const isHere = (to: string): boolean => {
  const [, first = ""] = place.value.path.split("/");
  return `/${PARENTS[first] ?? first}` === to;
};

function Navigation({ label, entries, class: style }: { label: string; entries: readonly Entry[]; class: string }) {
  return (
    <nav class={style} aria-label={label}>
      {entries.map(({ to, name, short, icon }) => (
        <Link key={to} href={to} class="nav-link" aria-current={isHere(to) ? "page" : undefined}>
          <Icon name={icon} />
          <span class={short && "long"}>{name}</span>
          {short && <span class="short">{short}</span>}
        </Link>
      ))}
    </nav>
  );
}

/** Which data and which engine are at work. */
export function AtWork() {
  const { data, engine, goLive } = server.value ?? {};
  if (!data && !engine) return null;
  return (
    <dl class="at-work">
      {data && (
        <div>
          <dt>Data</dt>
          <dd>
            {data}
            {goLive && <details><summary>How to get live prices</summary><code>{goLive}</code></details>}
          </dd>
        </div>
      )}
      {engine && <div><dt>Engine</dt><dd>{engine}</dd></div>}
    </dl>
  );
}

const CONNECTIONS = {
  off: "Not connected",
  connecting: "Connecting …",
  live: "Live",
  waiting: "Connection lost, trying again …",
};

function Connection() {
  return (
    <p class={`connection is-${connection.value}`} role="status">
      <span class="dot" aria-hidden="true" />
      <span>{CONNECTIONS[connection.value]}</span>
    </p>
  );
}

function ThemeButton() {
  return (
    <button type="button" class="button quiet icon-button" onClick={() => chooseTheme(dark.value ? "light" : "dark")}>
      <Icon name={dark.value ? "sun" : "moon"} />
      <span class="hidden">{dark.value ? "Light theme" : "Dark theme"}</span>
    </button>
  );
}

function Missing() {
  return (
    <>
      <h1>There is no such screen</h1>
      <p>The address may be mistyped. <Link href="/">Go to the desk</Link></p>
    </>
  );
}

/** A part of a path; one that is not percent-encoded properly stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function Main() {
  const { path } = place.value;
  const main = useRef<HTMLElement>(null);
  const found = SCREENS.find(({ pattern }) => pattern.test(path));
  const id = decoded(found?.pattern.exec(path)?.[1] ?? "");
  const Shown = found?.screen ?? Missing;
  useEffect(() => {
    document.title = `${found?.title ?? "No such screen"} · tradecore`;
  }, [found]);
  // After a navigation, the keyboard and screen readers go on at the new screen.
  useEffect(() => {
    if (visits.value > 0) main.current?.focus({ preventScroll: true });
  }, [visits.value]);
  return (
    <main id="main" class="main" tabIndex={-1} ref={main}>
      <Shown key={found?.pattern.source + id} id={id} />
    </main>
  );
}

function Account({ name, email }: { name: string; email: string }) {
  const [leaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    forgetLoaded();
    await signOut();
    go("/");
  };
  return (
    <div class="account">
      <div class="account-name">
        <strong>{name}</strong>
        <span class="faint">{email}</span>
      </div>
      <ThemeButton />
      <button type="button" class="button quiet" disabled={leaving} onClick={leave}>Sign out</button>
    </div>
  );
}

export function App() {
  const current = session.value;
  if (current.state === "restoring") return <p class="restoring" role="status">Signing in …</p>;
  if (current.state === "out") return <SignIn why={current.why} />;
  return (
    <div class="frame">
      <a class="skip" href="#main">Skip to the content</a>
      <header class="side">
        <Link href="/" class="brand"><span class="brand-mark" aria-hidden="true" /><span class="brand-name">tradecore</span></Link>
        <Navigation label="Screens" entries={WORK} class="nav" />
        <Navigation label="Alerts and settings" entries={OWN} class="nav own" />
        <div class="side-foot">
          <Connection />
          <Account name={current.account.name} email={current.account.email} />
        </div>
      </header>
      <div class="content">
        {isForgotten.value && (
          <p class="notice">
            Over plain HTTP from another machine, no browser may keep your sign-in: it ends when this page is loaded again.
          </p>
        )}
        <Main />
        <footer class="foot">
          <p>Nothing here is financial advice.</p>
          <p>
            <a href={document.documentElement.dataset["licenses"]}>Licenses</a> ·{" "}
            <a href={hrefOf("/docs")}>API</a>
          </p>
        </footer>
      </div>
      <EvidencePanel />
    </div>
  );
}
