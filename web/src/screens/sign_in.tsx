// The sign-in. It says which data and which engine are at work before anybody has signed in.
import { AtWork } from "../app";
import { useAction } from "../load";
import { beginProviderSignIn } from "../provider_sign_in";
import { server } from "../server";
import { signIn } from "../session";
import { Field, Problem } from "../ui/parts";

export function SignIn({ why }: { why: string | undefined }) {
  const { busy, error, run } = useAction();
  const provider = server.value?.identityProvider;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    void run(() => signIn(String(form.get("email")).trim(), String(form.get("password"))));
  };
  return (
    <main class="sign-in">
      <div class="sign-in-body">
        <p class="brand"><span class="brand-mark" aria-hidden="true" />tradecore</p>
        <h1>A desk of analysts that shows its reasons</h1>
        <p class="lead">
          Analysts report, a bull and a bear argue before a judge, a trader plans, a risk manager sizes. Every sentence
          leads to the evidence that it rests on.
        </p>
        <form class="card sign-in-form" onSubmit={submit}>
          {why && <p class="notice">{why}</p>}
          <Field id="email" label="E-mail">
            <input id="email" name="email" type="email" autocomplete="username" required />
          </Field>
          <Field id="password" label="Password" hint={<>With <code>make run</code>, the terminal shows the demo account.</>}>
            <input id="password" name="password" type="password" autocomplete="current-password" required aria-describedby="password-hint" />
          </Field>
          {error !== undefined && <Problem error={error} />}
          <button type="submit" class="button primary" disabled={busy}>{busy ? "Signing in …" : "Sign in"}</button>
          {provider && <button type="button" class="button" disabled={busy} onClick={() => run(beginProviderSignIn)}>Sign in with {provider}</button>}
        </form>
        <AtWork />
      </div>
    </main>
  );
}
