// What the journeys through the console share: pages that notice what must not happen, and checks of them.
import { readFileSync } from 'node:fs';
import { watch } from '../browser.mjs';

const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1440, height: 900 };

/** A person with a browser of their own. */
export async function person(browser, root, { email, password, viewport = DESKTOP, theme = 'light' }) {
  const context = await browser.newContext({ viewport, colorScheme: theme, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
  const page = await context.newPage();
  const seen = watch(page, [`${root}/`, root.replace(/^http/, 'ws')]);
  const signIn = async () => {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  };
  return { context, page, seen, signIn, open: (path) => page.goto(root + path) };
}

/** Launch an analysis by the keyboard alone; its id. */
export async function launch(page, symbol, day = '2024-10-10') {
  await page.getByLabel('Symbol', { exact: true }).focus();
  await page.keyboard.type(symbol);
  await page.getByLabel('Day').fill(day);
  await page.getByRole('button', { name: 'Launch' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/analyses/*');
  return page.url().split('/').pop();
}

/** The texts of charts that do not fit into them. */
export const cutLabels = () =>
  [...document.querySelectorAll('.plot-area svg')].flatMap((svg) => {
    const chart = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter((text) => {
      const { left, right } = text.getBoundingClientRect();
      return left < chart.left - 0.5 || right > chart.right + 0.5;
    }).map(({ textContent }) => textContent);
  });

/** What a screen reader or a phone would stumble over: violations of axe-core, pixels beyond the width, cut labels. */
export async function check(page, state) {
  const faults = [];
  for (const theme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
    for (const { id, nodes } of violations) {
      faults.push({ state, theme, id, nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`) });
    }
  }
  const viewport = page.viewportSize();
  await page.setViewportSize(PHONE);
  // Charts take their new width once the page has told them of it, later on a busy machine. What stays too wide is a fault.
  const fits = () => document.documentElement.scrollWidth <= document.documentElement.clientWidth;
  await page.waitForFunction(fits, undefined, { timeout: 10_000 }).catch(() => undefined);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (beyond > 0) faults.push({ state, id: 'overflow', pixels: beyond });
  const labels = await page.evaluate(cutLabels);
  if (labels.length) faults.push({ state, id: 'cut labels', labels });
  await page.setViewportSize(viewport);
  return faults;
}
