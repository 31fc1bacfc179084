// A client whose access token is refused once, and whose event streams are cut after two events each.
import { Tradecore } from 'tradecore-client';

const { root, email, password } = JSON.parse(process.argv[2]);
const counts = { refreshes: 0, connections: 0 };
let stale = false;

async function flaky(url, init) {
  if (url.endsWith('/refresh')) {
    counts.refreshes += 1;
    stale = false;
  } else if (stale) {
    init = { ...init, headers: { ...init.headers, Authorization: 'Bearer expired' } };
  }
  const response = await fetch(url, init);
  if (!url.endsWith('/events')) return response;
  counts.connections += 1;
  let left = 2;
  const cut = new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      if ((left -= new TextDecoder().decode(chunk).split('\n\n').length - 1) <= 0) controller.terminate();
    },
  });
  return new Response(response.body.pipeThrough(cut), response);
}

const client = new Tradecore(root, { fetch: flaky });
await client.login(email, password);
const { analysisId } = await client.call('post', '/api/analyze', {
  body: {
    symbol: 'NVDA', assetType: 'equity', date: '2024-10-10', analysts: ['technical', 'news'],
    config: { researchDepth: 2, llmModel: 'gpt-4o-mini' },
  },
});
const numbers = [];
for await (const event of client.follow(analysisId)) numbers.push(event.id);
stale = true;
const statuses = await Promise.all([1, 2, 3].map(() => client.call('get', '/api/history', {}).then(() => 200)));
console.log(JSON.stringify({ ...counts, numbers, statuses }));
