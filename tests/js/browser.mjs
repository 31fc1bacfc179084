// A headless Chromium for the tests: of the environment, the machine, or the npm package that `make setup` unpacks.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const unpacked = new URL('node_modules/.browser/', import.meta.url).pathname;

function executable() {
  const candidates = [process.env.TRADECORE_TEST_CHROMIUM, '/usr/bin/chromium', `${unpacked}chromium`];
  const path = candidates.find((candidate) => candidate && existsSync(candidate));
  if (!path) throw new Error('There is no Chromium; run: make tests/js/node_modules/.ready');
  return path;
}

export async function openBrowser(options = []) {
  const executablePath = executable();
  // Machines without a desktop lack libraries of Chromium; the package brings them.
  const lacking = spawnSync('ldd', [executablePath], { encoding: 'utf8' }).stdout?.includes('not found');
  const env = lacking ? { ...process.env, LD_LIBRARY_PATH: `${unpacked}al2023/lib` } : process.env;
  return chromium.launch({ executablePath, env, args: ['--disable-gpu', '--disable-dev-shm-usage', ...options] });
}

// What a page must not do: report errors, or send requests to hosts other than `roots`.
export function watch(page, roots) {
  const seen = { errors: [], requests: [] };
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith('data:') && !roots.some((root) => url.startsWith(root))) seen.requests.push(url);
  });
  return seen;
}
