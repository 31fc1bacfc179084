// Pictures of screens, as WebP files: `{root, email, password, folder, act}`, one act of a story for each day.
import { writeFileSync } from 'node:fs';
import { openBrowser } from '../browser.mjs';
import { cutLabels, launch, person, PHONE } from './tools.mjs';

const { root, email, password, folder, act } = JSON.parse(process.argv[2]);
const DESK = { width: 1280, height: 800 };
const QUALITY = 0.86;

const browser = await openBrowser();
const desk = await person(browser, root, { email, password, viewport: DESK });
const studio = await desk.context.newPage();
const phone = await person(browser, root, { email, password, viewport: PHONE, theme: 'dark' });

async function save(name, page) {
  const png = (await page.screenshot()).toString('base64');
  const webp = await studio.evaluate(async ([data, quality]) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext('2d').drawImage(image, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }, [png, QUALITY]);
  writeFileSync(`${folder}/${name}.webp`, Buffer.from(webp, 'base64'));
}

/** The same screen on a desk in the light theme and on a phone in the dark one. */
async function show(name, path, ready) {
  for (const [suffix, { page, open }] of [['', desk], ['-phone', phone]]) {
    await open(path);
    await ready(page);
    await page.waitForFunction(() => !document.querySelector('.skeleton'));
    const cut = await page.evaluate(cutLabels);
    if (cut.length) throw new Error(`${name}: the chart cuts ${cut}`);
    await save(`console-${name}${suffix}`, page);
  }
}

const heading = (name) => (page) => page.getByRole('heading', { name, exact: true }).first().waitFor();
await desk.open('/');
await desk.page.getByText('Engine').waitFor();
await save('console-sign-in', desk.page);
await desk.signIn();
await phone.open('/');
await phone.signIn();

if (act === 'launch') {
  const id = await launch(desk.page, 'AAPL', '2012-08-17');
  const second = desk.page.getByRole('heading', { name: 'Round 2' });
  await second.waitFor();
  await second.scrollIntoViewIfNeeded();
  await save('console-live', desk.page);
  await desk.page.emulateMedia({ colorScheme: 'dark' });
  await save('console-live-dark', desk.page);
  await desk.page.emulateMedia({ colorScheme: 'light' });
  await show('decision', `/analyses/${id}`, async (page) => {
    await page.locator('.chart svg[role=img]').first().waitFor();
  });
  await desk.page.emulateMedia({ colorScheme: 'dark' });
  await desk.page.locator('.chart svg[role=img]').first().waitFor();
  await save('console-decision-dark', desk.page);
  await desk.page.emulateMedia({ colorScheme: 'light' });
  await desk.page.locator('.why .cite').first().click();
  await desk.page.getByRole('dialog').waitFor();
  await save('console-evidence', desk.page);
  await desk.page.keyboard.press('Escape');
  await show('recommendations', '/recommendations', (page) => page.getByText('Costs about').waitFor());
  await desk.page.getByRole('button', { name: 'Execute' }).click();
  await desk.page.getByRole('button', { name: 'Place the order' }).click();
  await desk.page.getByText('Nothing waits for you').waitFor();
} else if (act === 'news') {
  await desk.open('/news');
  await desk.page.getByRole('button', { name: 'Make a digest' }).click();
  await desk.page.getByText(/new stories and/).waitFor();
  const digest = desk.page.url().slice(root.length);
  await show('news', digest, (page) => page.getByText(/new stories and/).waitFor());
  await show('sources', '/news?view=sources', heading('Sources'));
} else {
  await show('desk', '/', heading('Latest decisions'));
  await show('portfolio', '/portfolio', async (page) => {
    await page.locator('.chart svg[role=img]').first().waitFor();
  });
  await show('history', '/history?days=3650', heading('What they returned'));
  await desk.open('/compare?symbol=AAPL');
  await desk.page.getByRole('button', { name: 'Compare' }).click();
  await desk.page.waitForURL('**/compare/*');
  await desk.page.getByText('Completed', { exact: true }).nth(1).waitFor();
  await show('compare', desk.page.url().slice(root.length), heading('On which evidence'));
  await desk.open('/backtests');
  await desk.page.getByLabel('Symbols').fill('AAPL, MSFT');
  await desk.page.getByLabel('trend').check();
  await desk.page.getByRole('button', { name: 'Launch' }).click();
  await desk.page.getByRole('heading', { name: 'With the baselines' }).waitFor({ timeout: 120_000 });
  await desk.page.getByText('Decisions of trend', { exact: true }).waitFor({ timeout: 120_000 });
  await desk.page.getByText('Decisions of rules', { exact: true }).waitFor({ timeout: 120_000 });
  const { pathname, search } = new URL(desk.page.url());
  await show('backtest', pathname + search, heading('With the baselines'));
  await show('alerts', '/alerts', heading('Alerts'));
  await show('settings', '/settings', heading('Account'));
  await desk.open('/schedules?view=watchlists');
  await desk.page.getByLabel('Name').fill('Computers');
  await desk.page.getByLabel('Symbols').fill('AAPL, IBM, MSFT');
  await desk.page.getByRole('button', { name: 'Create' }).click();
  await desk.page.getByRole('button', { name: 'Change Computers' }).waitFor();
  await desk.open('/schedules');
  await desk.page.getByLabel('Name').fill('After the close');
  await desk.page.getByLabel('Watchlist').selectOption('Computers');
  await desk.page.getByRole('button', { name: 'Create' }).click();
  await show('schedules', '/schedules', (page) => page.getByText('Analyses of Computers').waitFor());
  await show('webhooks', '/settings/webhooks', heading('New webhook'));
  await desk.open('/settings/notices');
  await desk.page.getByLabel('Service').fill('ntfy://my-desk');
  await desk.page.getByLabel('Name (optional)').fill('Phone');
  await desk.page.getByLabel('Quiet from (optional)').fill('22:00');
  await desk.page.getByLabel('Quiet until').fill('07:30');
  await desk.page.getByRole('button', { name: 'Create' }).click();
  const channel = (page) => page.getByRole('button', { name: 'Test Phone' }).waitFor();
  await channel(desk.page);
  await show('notices', '/settings/notices', async (page) => {
    await channel(page);
    // The form alone would fill the picture.
    await page.getByRole('group', { name: 'Channels' }).evaluate((table) => table.scrollIntoView({ block: 'center' }));
  });
  await desk.open('/alerts?view=prices');
  for (const [symbol, condition, value, note] of [['AAPL', 'below', '600', 'Look at the stop'], ['MSFT', 'moves', '4', '']]) {
    await desk.page.getByLabel('Symbol').fill(symbol);
    await desk.page.getByLabel('When the price').selectOption(condition);
    await desk.page.getByLabel(condition === 'moves' ? 'Percent' : 'Price', { exact: true }).fill(value);
    await desk.page.getByLabel('Note (optional)').fill(note);
    await desk.page.getByRole('button', { name: 'Create' }).click();
    await desk.page.getByRole('button', { name: `Delete: ${symbol}` }).waitFor();
  }
  await show('price-alerts', '/alerts?view=prices', (page) => page.getByText('Look at the stop').waitFor());
}
await browser.close();
