// Settings: the account, its tokens, the users of the installation, and models with what they cost.
import { useState } from "preact/hooks";
import { textOf } from "../form";
import { amount, money, words } from "../format";
import { useAction, useLoad } from "../load";
import { api, may, session, type Account } from "../session";
import { chooseTheme, theme, type Theme } from "../theme";
import { Badge, Card, Choices, Empty, Fact, Field, Problem, Result, Time } from "../ui/parts";
import { pageNumber, Pager, Table, Tabs } from "../ui/table";
import { NoticeChannels } from "./notices";
import { Webhooks } from "./webhooks";

type Scope = Account["scopes"][number];

const THEMES: readonly Theme[] = ["system", "light", "dark"];
const TOKEN_SCOPES: readonly Scope[] = ["read", "launch", "trade", "feed"];
const USER_SCOPES: readonly ("read" | "launch" | "trade" | "admin")[] = ["read", "launch", "trade", "admin"];

function Self() {
  const action = useAction();
  const [done, setDone] = useState(false);
  if (session.value.state !== "in") return null;
  const { email, name, scopes } = session.value.account;
  const change = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const body = { current: String(data.get("current")), new: String(data.get("new")) };
    const changed = await action.run(() => api.call("post", "/api/auth/password", { body }));
    setDone(changed);
    if (changed) form.reset();
  };
  return (
    <div class="halves">
      <Card title="Account">
        <dl class="rows">
          <div><dt>Name</dt><dd>{name}</dd></div>
          <div><dt>E-mail</dt><dd>{email}</dd></div>
          <div><dt>May</dt><dd>{scopes.map((scope) => <Badge key={scope}>{scope}</Badge>)}</dd></div>
          <div>
            <dt><label for="theme">Theme</label></dt>
            <dd><select id="theme" value={theme.value} onChange={({ currentTarget }) => chooseTheme(currentTarget.value as Theme)}>{THEMES.map((each) => <option key={each} value={each}>{words(each)}</option>)}</select></dd>
          </div>
        </dl>
      </Card>
      <Card title="Change the password">
        <form class="stack" onSubmit={change}>
          <Field id="current" label="Current password"><input id="current" name="current" type="password" autocomplete="current-password" required /></Field>
          <Field id="new" label="New password" hint="Ends all other sessions."><input id="new" name="new" type="password" autocomplete="new-password" required aria-describedby="new-hint" /></Field>
          {action.error !== undefined && <Problem error={action.error} />}
          {done && <p role="status">Changed.</p>}
          <div><button type="submit" class="button" disabled={action.busy}>Change</button></div>
        </form>
      </Card>
    </div>
  );
}

function Tokens() {
  const page = pageNumber();
  const tokens = useLoad(`tokens:${page}`, () => api.call("get", "/api/tokens", { query: { page, limit: 50 } }));
  const action = useAction();
  const [created, setCreated] = useState("");
  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const days = Number(textOf(data, "days"));
    const body = { name: textOf(data, "name"), scopes: data.getAll("scope") as Scope[], ...(days > 0 && { expiresInDays: days }) };
    await action.run(async () => {
      setCreated((await api.call("post", "/api/tokens", { body })).token);
      form.reset();
    });
    tokens.reload();
  };
  const remove = async (tokenId: string) => {
    await action.run(() => api.call("delete", "/api/tokens/{tokenId}", { path: { tokenId } }));
    tokens.reload();
  };
  return (
    <>
      {may("launch") && (
        <Card title="New token">
          <form class="stack" onSubmit={create}>
            <div class="inline-form">
              <Field id="token-name" label="What it is for"><input id="token-name" name="name" required maxLength={100} /></Field>
              <Field id="days" label="Days until it expires"><input id="days" name="days" inputMode="numeric" pattern="[0-9]*" placeholder="Never" /></Field>
            </div>
            <Choices legend="May" name="scope" choices={TOKEN_SCOPES} checked={["read"]} />
            <div><button type="submit" class="button primary" disabled={action.busy}>Create</button></div>
          </form>
          {created && <div class="created" role="status"><p>This is its text, which is shown this once:</p><pre tabIndex={0}><code>{created}</code></pre></div>}
        </Card>
      )}
      {action.error !== undefined && <Problem error={action.error} />}
      <Card title="Tokens">
        <Result of={tokens}>
          {({ tokens: rows, pagination }) =>
            rows.length === 0 ? (
              <Empty title="No token yet"><p>A token lets a program use the API for you, within what you allow it.</p></Empty>
            ) : (
              <>
                <Table
                  label="Tokens"
                  rows={rows}
                  keyOf={({ id }) => id}
                  columns={[
                    { name: "Name", cell: ({ name }) => <strong>{name}</strong> },
                    { name: "May", cell: ({ scopes }) => scopes.join(", ") },
                    { name: "Last used", cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
                    { name: "Expires", cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} /> : "never") },
                    may("launch") && { name: "Actions", cell: ({ id, name }) => <button type="button" class="button quiet" aria-label={`Delete ${name}`} onClick={() => remove(id)}>Delete</button> },
                  ]}
                />
                <Pager of={pagination} />
              </>
            )
          }
        </Result>
      </Card>
    </>
  );
}

function Users() {
  const page = pageNumber();
  const users = useLoad(`users:${page}`, () => api.call("get", "/api/users", { query: { page, limit: 50 } }));
  const action = useAction();
  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const scopes = data.getAll("scope") as ("read" | "launch" | "trade" | "admin")[];
    const body = { email: textOf(data, "email"), password: String(data.get("password")), scopes };
    if (await action.run(() => api.call("post", "/api/users", { body }))) form.reset();
    users.reload();
  };
  const disable = async (userId: string, disabled: boolean) => {
    await action.run(() => api.call("patch", "/api/users/{userId}", { path: { userId }, body: { disabled } }));
    users.reload();
  };
  return (
    <>
      <Card title="New user">
        <form class="stack" onSubmit={create}>
          <div class="inline-form">
            <Field id="user-email" label="E-mail"><input id="user-email" name="email" type="email" required autocomplete="off" /></Field>
            <Field id="user-password" label="Password"><input id="user-password" name="password" type="password" required autocomplete="new-password" /></Field>
          </div>
          <Choices legend="May" name="scope" choices={USER_SCOPES} checked={["read", "launch", "trade"]} />
          <div><button type="submit" class="button primary" disabled={action.busy}>Create</button></div>
        </form>
      </Card>
      {action.error !== undefined && <Problem error={action.error} />}
      <Card title="Users">
        <Result of={users}>
          {({ users: rows, pagination }) => (
            <>
              <Table
                label="Users"
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: "User", cell: ({ name, email }) => <><strong>{name}</strong><br /><span class="faint">{email}</span></> },
                  { name: "May", cell: ({ scopes }) => scopes.join(", ") },
                  { name: "Since", cell: ({ createdAt }) => <Time at={createdAt} /> },
                  { name: "State", cell: ({ disabled }) => (disabled ? <Badge tone="warn">Disabled</Badge> : "Active") },
                  { name: "Actions", cell: ({ id, email, disabled }) => <button type="button" class="button quiet" aria-label={`${disabled ? "Enable" : "Disable"} ${email}`} onClick={() => disable(id, !disabled)}>{disabled ? "Enable" : "Disable"}</button> },
                ]}
              />
              <Pager of={pagination} />
            </>
          )}
        </Result>
      </Card>
    </>
  );
}

function Models() {
  const models = useLoad("models", () => api.call("get", "/api/models", {}));
  const usage = useLoad("usage", () => api.call("get", "/api/usage", { query: { days: 30 } }));
  return (
    <>
      <Card title="Costs">
        <Result of={usage}>
          {({ today, days }) => (
            <>
              <dl class="facts">
                <Fact name="Spent today">{money(today.spent)}</Fact>
                <Fact name="Set aside">{money(today.reserved)}</Fact>
                <Fact name="Limit of a day">{today.limit === undefined ? "none" : money(today.limit)}</Fact>
              </dl>
              {days.length === 0 ? (
                <Empty title="No call in 30 days"><p>The rules cost nothing. Calls of language models are counted here by day, model and agent.</p></Empty>
              ) : (
                <Table
                  label="Costs by day"
                  rows={days}
                  keyOf={({ date }) => date}
                  columns={[
                    { name: "Day (UTC)", cell: ({ date }) => date },
                    { name: "Calls", right: true, cell: ({ calls }) => amount(calls) },
                    { name: "Input tokens", right: true, cell: ({ inputTokens }) => amount(inputTokens) },
                    { name: "Output tokens", right: true, cell: ({ outputTokens }) => amount(outputTokens) },
                    { name: "Cost", right: true, cell: ({ dollars }) => money(dollars) },
                    { name: "Models", cell: ({ byModel }) => byModel.map(({ name }) => name).join(", ") },
                  ]}
                />
              )}
            </>
          )}
        </Result>
      </Card>
      <Card title="Models">
        <Result of={models}>
          {({ models: rows }) =>
            rows.length === 0 ? (
              <Empty title="No language model is configured"><p>The desk thinks by rules. <code>TRADECORE_MODEL</code> with a key of its provider lets a model think.</p></Empty>
            ) : (
              <Table
                label="Models"
                rows={rows}
                keyOf={({ name, provider }) => `${provider}:${name}`}
                columns={[
                  { name: "Model", cell: ({ name, default: first }) => <><strong>{name}</strong> {first && <Badge tone="accent">default</Badge>}</> },
                  { name: "Provider", cell: ({ provider }) => provider },
                  { name: "Available", cell: ({ available, reason }) => (available ? "yes" : reason) },
                  { name: "Input, a million", right: true, cell: ({ price }) => money(price?.input) },
                  { name: "Output, a million", right: true, cell: ({ price }) => money(price?.output) },
                  { name: "Knows until", cell: ({ cutoff }) => cutoff ?? "–" },
                ]}
              />
            )
          }
        </Result>
      </Card>
    </>
  );
}

const SECTIONS: Record<string, () => preact.JSX.Element | null> = { "": Self, tokens: Tokens, webhooks: Webhooks, notices: NoticeChannels, models: Models, users: Users };

export function SettingsScreen({ id }: { id: string }) {
  const Section = SECTIONS[id] ?? Self;
  const users = may("admin") ? ([["/settings/users", "Users"]] as const) : [];
  return (
    <>
      <header class="head">
        <h1>Settings</h1>
        <Tabs label="Sections" tabs={[["/settings", "Account"], ["/settings/tokens", "Tokens"], ["/settings/webhooks", "Webhooks"], ["/settings/notices", "Notices"], ["/settings/models", "Models and costs"], ...users]} />
      </header>
      <Section />
    </>
  );
}
