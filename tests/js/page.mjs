// A front end on another origin: signs in, launches, waits, follows and reads, as pages of the documented client do.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { openBrowser } from './browser.mjs';

const { root, email, password } = JSON.parse(process.argv[2]);
const script = readFileSync(new URL('node_modules/socket.io-client/dist/socket.io.min.js', import.meta.url));
const server = createServer((request, response) => {
  if (request.url === '/socket.io.js') return response.setHeader('content-type', 'text/javascript').end(script);
  return response.setHeader('content-type', 'text/html').end('<script src="/socket.io.js"></script>');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

const browser = await openBrowser(['--host-resolver-rules=MAP app.example.test 127.0.0.1']);
const page = await browser.newPage();
await page.goto(`http://localhost:${port}/`);
const allowed = await page.evaluate(async ({ root, email, password }) => {
  const call = async (path, { body, ...options } = {}) => {
    const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'fetch', ...options.headers };
    const init = { ...options, headers, body: body && JSON.stringify(body), credentials: 'include' };
    const answer = await fetch(`${root}${path}`, init);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.json() };
  };
  const { data } = (await call('/api/auth/login', { method: 'POST', body: { email, password } })).body;
  const headers = { Authorization: `Bearer ${data.token}` };
  const launched = await call('/api/analyze', {
    method: 'POST',
    headers: { ...headers, 'Idempotency-Key': crypto.randomUUID() },
    body: {
      symbol: 'NVDA', assetType: 'equity', date: '2024-10-10', analysts: ['technical', 'news'],
      config: { researchDepth: 2, llmModel: 'gpt-4o-mini', llmProvider: 'openai' },
    },
  });
  const { analysisId } = launched.body.data;
  const socket = io(root, { auth: { token: data.token } });
  const completed = new Promise((resolve) => {
    for (const name of ['analysis_complete', 'analysis_error']) socket.on(name, () => resolve(name));
  });
  socket.emit('subscribe_analysis', { analysisId, since: 0 });
  const last = await completed;
  socket.close();
  const status = await call(`/api/analyze/${analysisId}/status`, { headers: { ...headers, Prefer: 'wait=5' } });
  const stream = await fetch(`${root}/api/analyze/${analysisId}/events`, { headers });
  const events = (await stream.text()).match(/^event: \w+/gm);
  const first = await call(`/api/analyze/${analysisId}/results`, { headers });
  const again = await call(`/api/analyze/${analysisId}/results`, { headers });
  const refused = await call('/api/analyze', { method: 'POST', headers, body: {} });
  return { launched, last, status, events, first, again, refused };
}, { root, email, password });

await page.goto(`http://app.example.test:${port}/`);
const foreign = await page.evaluate(async (root) => {
  const outcome = {};
  for (const [name, options] of Object.entries({ plain: {}, preflighted: { headers: { 'X-Requested-With': 'fetch' } } })) {
    outcome[name] = await fetch(`${root}/health`, options).then(() => 'answered', (error) => error.name);
  }
  const socket = io(root, { transports: ['websocket'], reconnection: false });
  outcome.socket = await new Promise((resolve) => {
    socket.on('connect', () => resolve('connected'));
    socket.on('connect_error', () => resolve('refused'));
  });
  return outcome;
}, root);
await browser.close();
server.close();
console.log(JSON.stringify({ allowed, foreign }));
