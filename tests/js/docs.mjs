// Uses the documentation page as a person with a phone does, behind a proxy that serves it under a prefix.
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { openBrowser, watch } from './browser.mjs';

const { root, prefix, token, key } = JSON.parse(process.argv[2]);

// The proxy removes the prefix, as `TRADECORE_ROOT_PATH` expects.
const proxy = createServer((incoming, outgoing) => {
  if (!incoming.url.startsWith(`${prefix}/`)) return outgoing.writeHead(404).end();
  const { method, headers } = incoming;
  const forwarded = request(root + incoming.url.slice(prefix.length), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  return incoming.pipe(forwarded);
});
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${proxy.address().port}`;

const browser = await openBrowser();
const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
const page = await context.newPage();
const seen = watch(page, [`${origin}${prefix}/`]);
const opened = await page.goto(`${origin}${prefix}/docs`);
await page.waitForSelector('.opblock');

async function authorize() {
  await page.locator('.auth-wrapper .authorize').first().tap();
  for (const [scheme, value] of Object.entries({ accessToken: token, apiKey: key })) {
    const form = page.locator('.auth-container', { has: page.locator('code', { hasText: new RegExp(`^${scheme}$`) }) });
    await form.locator('input').fill(value);
    await form.getByRole('button', { name: 'Authorize' }).tap();
    await form.getByRole('button', { name: 'Logout' }).waitFor();
  }
  await check('in the dialog of credentials');
  await page.locator('.modal-ux .close-modal').tap();
}

async function tryOut(operation) {
  const block = page.locator(`[id$="-${operation}"].opblock`);
  await block.locator('.opblock-summary-control').tap();
  await block.locator('.try-out__btn').tap();
  await block.locator('.execute').tap();
  const live = block.locator('.live-responses-table .response-col_status').last();
  await live.waitFor();
  return Number.parseInt(await live.innerText(), 10);
}

const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const results = { policy: opened.headers()['content-security-policy'], statuses: {}, violations: [] };

async function check(state) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const found = violations.map(({ id, nodes }) => ({ state, id, nodes: nodes.map((node) => node.html.slice(0, 300)) }));
  results.violations.push(...found);
}

await check('as it opens');
await authorize();
for (const operation of ['getHistory', 'launchAnalysis', 'createAnalyzeJob']) {
  results.statuses[operation] = await tryOut(operation);
}
results.overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
await check('after requests');
await page.goto(`${origin}${prefix}/`);
await page.locator('form').waitFor();
await check('at the root');
await browser.close();
proxy.close();
console.log(JSON.stringify({ ...results, ...seen }));
