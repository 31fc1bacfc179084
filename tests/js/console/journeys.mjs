// Journeys of people through the console, in one browser: prints what each of them saw, as JSON.
// It asks for a restart of the server, with copies of an analysis, by a line `restart ID`, and goes on when a line comes back.
import { createInterface } from 'node:readline';
import { openBrowser } from '../browser.mjs';
import { harmOf, poisonAnswers } from './hostile.mjs';
import { check, launch, person, PHONE } from './tools.mjs';

const { root, account } = JSON.parse(process.argv[2]);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const restart = async () => {
  console.log(`restart ${id}`);
  await lines.next();
};

const browser = await openBrowser();
const ann = await person(browser, root, account);
const { page } = ann;
const seen = { faults: [] };
let refreshes = 0;
page.on('request', (request) => request.url().endsWith('/api/auth/refresh') && (refreshes += 1));
const look = async (state) => seen.faults.push(...(await check(page, state)));

// What the browser loaded for the page it shows: how many files and answers, and their kilobytes.
const loaded = () => page.evaluate(() => {
  const entries = performance.getEntriesByType('resource');
  return { requests: entries.length, kilobytes: entries.reduce((sum, each) => sum + each.encodedBodySize, 0) / 1024 };
});

// The first screen: what it takes, and what it says before anybody has signed in.
await ann.open('/');
await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
await page.getByText('Engine').waitFor();
seen.firstScreen = {
  loaded: await loaded(),
  text: await page.locator('main').innerText(),
};
await look('sign-in');
await page.getByLabel('E-mail').fill(account.email);
await page.getByLabel('Password').fill('wrong');
await page.getByRole('button', { name: 'Sign in', exact: true }).click();
seen.refused = await page.getByRole('alert').innerText();
await ann.signIn();
seen.stored = await page.evaluate(() => ({ cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage } }));
seen.cookies = (await ann.context.cookies()).map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }));
await look('desk');

// A launch that is refused says why, in the words of the API.
await launchRefused();
async function launchRefused() {
  await page.getByLabel('Symbol', { exact: true }).fill('NO SUCH');
  await page.getByRole('button', { name: 'Launch' }).click();
  seen.launchRefused = await page.getByRole('alert').innerText();
}

// Launch and follow; loaded again in the middle, and seen in a second tab.
await page.getByLabel('Symbol', { exact: true }).fill('');
const id = await launch(page, 'nvda');
await page.getByRole('heading', { name: 'Round 1' }).waitFor();
seen.agents = await page.getByRole('list', { name: 'Agents' }).innerText();
await page.reload();
await page.getByRole('region', { name: 'Round 1' }).getByText('Bull', { exact: true }).waitFor();
await look('live');
const tab = await ann.context.newPage();
await tab.goto(page.url());
await tab.getByRole('heading', { name: 'Debate' }).waitFor();
await tab.close();

// The decision, its chart, and the evidence of a sentence.
const deciding = page.getByRole('heading', { name: 'The decision' });
await deciding.waitFor();
await page.locator('.chart svg[role=img]').first().waitFor();
seen.chart = await page.getByRole('img', { name: /Daily prices/ }).getAttribute('aria-label');
const cursor = page.getByRole('slider', { name: /Daily prices/ });
await cursor.focus();
await page.keyboard.press('ArrowLeft');
seen.dayBefore = await cursor.getAttribute('aria-valuetext');
seen.bars = await page.getByText('The bars that the desk saw').count();
seen.wrong = await page.getByRole('heading', { name: 'What would prove it wrong' }).locator('..').innerText();
await page.getByRole('button', { name: /^Evidence E/ }).first().focus();
await page.keyboard.press('Enter');
seen.evidence = await page.getByRole('dialog').innerText();
await look('evidence');
await page.keyboard.press('Escape');
seen.focusAfterEvidence = await page.evaluate(() => document.activeElement.getAttribute('aria-label'));
await page.getByRole('button', { name: 'Open all' }).click();
await look('decision');
for (const [name, button] of [['markdown', 'Markdown'], ['json', 'JSON']]) {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const stream = await (await download).createReadStream();
  seen[name] = Buffer.concat(await stream.toArray()).toString();
}

// Another user sees nothing of it.
const ben = await person(browser, root, { viewport: PHONE, theme: 'dark' });
// The identity provider returns to where the user was; what it returned does not stay in the address.
await ben.open(`/analyses/${id}?from=mail`);
await ben.page.getByRole('button', { name: 'Sign in with 127.0.0.1' }).click();
await ben.page.getByRole('button', { name: 'Sign out' }).waitFor();
seen.returned = ben.page.url().slice(root.length);
// An answer that this tab has not asked for is not used.
await ben.open('/sign-in?code=stolen&state=another');
seen.unasked = { address: ben.page.url().slice(root.length), shown: await ben.page.locator('h1').innerText() };
await ben.open(`/analyses/${id}`);
seen.foreign = await ben.page.getByRole('alert').innerText();
await ben.open('/');
seen.foreignDesk = await ben.page.getByText('No decision yet').innerText();
await ben.context.close();

// What waits in the inbox, with what executing it would do.
await ann.open('/recommendations');
await page.getByText('Costs about').waitFor();
seen.effect = await page.getByRole('article').innerText();
await look('pending');

// Execute it, by keyboard; loaded again, it is still executed.
await ann.open(`/analyses/${id}`);
await page.getByRole('button', { name: 'Execute' }).focus();
await page.keyboard.press('Enter');
await page.getByRole('button', { name: 'Place the order' }).click();
await page.getByText('Executed', { exact: true }).waitFor();
await page.reload();
await page.getByText('Executed', { exact: true }).waitFor();
await page.getByText(/^buy .* at /).waitFor();
await look('executed');

// Every other screen, with what has happened on it.
const SCREENS = {
  '/recommendations': 'Executed',
  '/portfolio': 'Positions',
  '/history': 'What they returned',
  '/history?view=all': 'Analyses',
  '/news': 'Digests',
  '/news?view=sources': 'Sources',
  '/news?view=interests': 'What digests are about',
  '/alerts': 'Recommendation issued',
  '/settings': 'Change the password',
  '/settings/tokens': 'New token',
  '/settings/models': 'No language model is configured',
  '/settings/webhooks': 'New webhook',
  '/compare?view=records': 'Engines and their records',
};
seen.screens = {};
for (const [path, text] of Object.entries(SCREENS)) {
  await ann.open(path);
  await page.getByText(text).first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  seen.screens[path] = await page.locator('main').innerText();
  await look(path);
}
await ann.open('/portfolio');
await page.getByLabel('Dollars').fill('2500.50');
await page.getByRole('button', { name: 'Deposit' }).click();
await page.getByText('$102,500.50').waitFor();
await page.getByLabel(/A table with/).fill('symbol;quantity;price\nAAPL;10;150.25');
await page.getByRole('button', { name: 'Import' }).click();
seen.imported = await page.getByText(/imported,/).innerText();
await ann.open('/history');
await page.getByLabel('Symbol').fill('nvda');
await page.getByLabel('Symbol').press('Enter');
await page.waitForURL('**/history?symbol=NVDA');
await page.getByLabel('Sort by').selectOption('confidence');
seen.deepLink = page.url().slice(root.length);
await ann.open('/settings/tokens');
await page.getByLabel('What it is for').fill('<b>a program</b>');
await page.getByRole('button', { name: 'Create' }).click();
seen.token = await page.locator('.created code').innerText();
await page.getByRole('button', { name: 'Delete <b>a program</b>' }).click();
await page.getByText('No token yet').waitFor();
await ann.open('/news');
await page.getByRole('button', { name: 'Make a digest' }).click();
await page.waitForURL('**/news/analyze_job_*');
const digest = page.url().slice(root.length);
await page.getByText(/new stories and/).waitFor();
await look('digest');

// Two engines over the same evidence, and from each analysis back to the others.
await ann.open('/compare?symbol=NVDA&date=2024-10-10');
await page.getByRole('button', { name: 'Compare' }).click();
await page.waitForURL('**/compare/*');
const comparison = page.url().slice(root.length);
await page.getByText('Completed', { exact: true }).nth(1).waitFor();
await page.getByText(/All engines got the same/).waitFor();
seen.comparison = await page.locator('main').innerText();
await look('comparison');
await page.getByRole('link', { name: 'always' }).click();
await page.getByRole('link', { name: 'beside the other engines' }).click();
await page.getByRole('heading', { name: 'Side by side' }).waitFor();

// The same two over a month of past days.
await ann.open('/backtests');
await page.getByLabel('Symbols').fill('nvda');
await page.getByLabel('From').fill('2024-08-01');
await page.getByLabel('To', { exact: true }).fill('2024-08-30');
await page.getByLabel('always').check();
await look('backtests');
await page.getByRole('button', { name: 'Launch' }).click();
await page.waitForURL('**/backtests/*');
const backtest = page.url().slice(root.length);
await page.getByRole('img', { name: /^Return: rules .*always .*buy and hold/ }).waitFor();
seen.backtest = await page.locator('main').innerText();
await page.getByText('Decisions of rules', { exact: true }).click();
await look('backtest');

// One that takes long, cancelled on the way.
await ann.open('/backtests');
await page.getByLabel('Symbols').fill('nvda, aapl');
await page.getByLabel('From').fill('2014-01-01');
await page.getByLabel('To', { exact: true }).fill('2024-08-30');
await page.getByLabel('Decide').selectOption('day');
await page.getByRole('button', { name: 'Launch' }).click();
await page.waitForURL((url) => /^\/backtests\/./.test(url.pathname));
await page.getByRole('button', { name: 'Cancel the backtest of NVDA, AAPL with rules' }).click();
await page.getByText('Cancelled', { exact: true }).waitFor();
seen.cancelled = await page.locator('main').innerText();

// A watchlist, and a schedule for it.
await ann.open('/schedules?view=watchlists');
await page.getByLabel('Name').fill('Chips');
await page.getByLabel('Symbols').fill('nvda, btc-usd');
await page.getByRole('button', { name: 'Create' }).click();
await page.getByRole('button', { name: 'Change Chips' }).waitFor();
await ann.open('/schedules');
await page.getByLabel('Name').fill('After the close');
await page.getByLabel('Watchlist').selectOption('Chips');
await page.getByRole('button', { name: 'Create' }).click();
await page.getByRole('button', { name: 'Runs of After the close' }).click();
await page.getByText('No run yet').waitFor();
seen.schedule = await page.getByRole('row', { name: /After the close/ }).innerText();
// Another that compares engines, and one of digests with interests of its own.
await page.getByLabel('Name').fill('Side by side');
await page.getByLabel('What', { exact: true }).selectOption('compare');
await page.getByLabel('Watchlist').selectOption('Chips');
await page.getByText('No recommendation is issued.').waitFor();
await page.getByRole('button', { name: 'Create' }).click();
seen.comparing = await page.getByRole('row', { name: /Side by side/ }).innerText();
await page.getByLabel('Name').fill('Every evening');
await page.getByLabel('What', { exact: true }).selectOption('digest');
await page.getByText('Interests of this digest').click();
await page.getByLabel('Assets').fill('nvda, $ON');
await page.getByLabel('Macro').check();
await page.getByRole('button', { name: 'Create' }).click();
seen.digesting = await page.getByRole('row', { name: /Every evening/ }).innerText();
await look('schedules');

// A webhook, whose secret is shown once.
await ann.open('/settings/webhooks');
await page.getByLabel('Address').fill(`${root}/hook`);
await page.getByRole('button', { name: 'Create' }).click();
seen.secret = await page.locator('.created code').innerText();
await page.getByRole('button', { name: /^Deliveries to/ }).click();
await page.getByText('No delivery in this selection').waitFor();
await look('webhooks');
const webhooks = page.url().slice(root.length);

// A price alert, which the newest price refuses at first, and a channel for notices that rests at night.
await ann.open('/alerts?view=prices');
await page.getByLabel('Symbol').fill('nvda');
await page.getByLabel('When the price').selectOption('below');
await page.getByLabel('Price', { exact: true }).fill('999999');
await page.getByRole('button', { name: 'Create' }).click();
seen.met = await page.getByRole('alert').innerText();
await page.getByLabel('Price', { exact: true }).fill('0.5');
await page.getByLabel('Note (optional)').fill('<i>Buy more</i>');
await page.getByLabel('Note (optional)').press('Enter');
await page.getByRole('button', { name: 'Delete: NVDA falls to 0.50' }).waitFor();
seen.priceAlert = await page.getByRole('row', { name: /falls to/ }).innerText();
await look('price alerts');
await ann.open('/settings/notices');
await page.getByLabel('Service').fill('json://example.com/secret');
await page.getByLabel('Name (optional)').fill('Phone');
await page.getByLabel('Quiet from (optional)').fill('22:00');
await page.getByLabel('Quiet until').fill('07:00');
await page.getByRole('button', { name: 'Create' }).click();
await page.getByRole('button', { name: 'Notices through Phone' }).click();
await page.getByText('No notice in this selection').waitFor();
await page.getByRole('button', { name: 'Change Phone' }).click();
await page.getByLabel('Name').fill('Pager');
await page.getByRole('button', { name: 'Save' }).click();
await page.getByRole('button', { name: 'Turn off Pager' }).click();
await page.getByRole('button', { name: 'Turn on Pager' }).waitFor();
seen.channel = await page.getByRole('row', { name: /Pager/ }).innerText();
await look('notices');
const notices = page.url().slice(root.length);

// Whatever the API sends is text.
await poisonAnswers(page);
seen.harm = [];
seen.poisoned = '';
for (const path of ['/', `/analyses/${id}`, digest, '/compare', comparison, '/backtests', backtest, '/schedules', '/schedules?view=watchlists', webhooks, notices, '/alerts?view=prices', ...Object.keys(SCREENS)]) {
  await ann.open(path);
  await page.locator('h1').waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (beyond > 0) seen.harm.push(`${path} is ${beyond} pixels too wide`);
  seen.poisoned += await page.locator('body').innerText();
  seen.harm.push(...(await harmOf(page)).map((harm) => `${path}: ${harm}`));
}
await page.unrouteAll({ behavior: 'wait' });

// The server restarts in the middle of an analysis.
await ann.open('/');
await launch(page, 'aapl');
await page.getByRole('list', { name: 'Agents' }).waitFor();
await restart();
await deciding.waitFor();
seen.afterRestart = await page.getByRole('heading', { level: 1 }).innerText();

// A thousand analyses.
await ann.open('/history?view=all');
const rows = page.locator('tbody tr');
await rows.nth(49).waitFor();
seen.many = { rows: [await rows.count()], loaded: await loaded() };
await page.getByRole('button', { name: 'Older' }).click();
await page.getByText(/^51 to 100 of/).waitFor();
seen.many.rows.push(await rows.count());
seen.many.range = await page.getByText(/^51 to 100 of/).innerText();

// An unknown address, and the end of the session in every tab.
await ann.open('/nothing-here');
await page.getByText('There is no such screen').waitFor();
seen.unknown = await page.locator('body').innerText();
await look('unknown address');
seen.refreshes = refreshes;
await ann.open('/');
const second = await ann.context.newPage();
await second.goto(`${root}/`);
await second.getByRole('button', { name: 'Sign out' }).waitFor();
const ended = page.waitForResponse('**/api/auth/logout');
await page.getByRole('button', { name: 'Sign out' }).click();
await ended;
await second.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
seen.cookiesAfter = (await ann.context.cookies()).length;
await second.close();

await browser.close();
console.log(JSON.stringify({ ...seen, errors: ann.seen.errors, requests: ann.seen.requests }));
