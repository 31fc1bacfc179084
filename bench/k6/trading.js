// The load that the trading document asks for, for k6 1.1 (https://grafana.com/docs/k6): `make load` runs it against an
// installation of its own, or by hand:
//
//   k6 run -e BASES=http://localhost:8000,http://localhost:8001 -e USERS=users.json bench/k6/trading.js
//
// USERS holds a list of {"token", "analysis"}: an access token for each user, and the id of a completed analysis of theirs.
// At least 100 users, who have sent nothing in the minute before. bench/load.py does the same in Python.
import http from 'k6/http'
import { check, sleep } from 'k6'
import { SharedArray } from 'k6/data'
import { Counter, Trend } from 'k6/metrics'
import exec from 'k6/execution'
import { WebSocket } from 'k6/experimental/websockets'

const bases = (__ENV.BASES || 'http://localhost:8000').split(',')
const users = new SharedArray('users', () => JSON.parse(open(__ENV.USERS)))
const seconds = Number(__ENV.SECONDS || 30)
const launches = 50
const limit = 100

const subscribed = new Trend('subscription_reply', true)
const completed = new Counter('analyses_completed')
const admitted = new Counter('burst_admitted')
const refused = new Counter('burst_refused')

export const options = {
  // All requests of the burst at once; without these, k6 sends six at a time to a host.
  batch: limit + 10,
  batchPerHost: limit + 10,
  scenarios: {
    readers: { executor: 'per-vu-iterations', exec: 'read', vus: 99, iterations: 1, maxDuration: `${seconds + 30}s` },
    launches: { executor: 'per-vu-iterations', exec: 'launch', vus: launches, iterations: 1, maxDuration: '6m' },
    burst: { executor: 'per-vu-iterations', exec: 'burst', vus: 1, iterations: 1, maxDuration: '1m' }
  },
  thresholds: {
    'http_req_duration{kind:read}': ['p(95)<200'],
    'http_req_duration{kind:launch}': ['p(95)<200'],
    'http_req_failed{kind:read}': ['rate==0'],
    subscription_reply: ['p(95)<100'],
    analyses_completed: [`count==${launches}`],
    burst_admitted: [`count==${limit}`],
    burst_refused: ['count==10'],
    checks: ['rate==1']
  }
}

const bearer = (user, kind) => ({
  headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
  tags: { kind }
})

const baseOf = (n) => bases[n % bases.length]

// Each of 99 users reads something else every 1.5 seconds, below the limit of 100 requests a minute.
export function read() {
  const user = users[exec.scenario.iterationInTest]
  const paths = [
    `/api/analyze/${user.analysis}/status`, `/api/analyze/${user.analysis}/results`, '/api/history?days=30',
    '/api/portfolio', '/api/portfolio/recommendations'
  ]
  const end = Date.now() + seconds * 1000
  for (let n = exec.vu.idInInstance; Date.now() < end; n++) {
    const response = http.get(baseOf(exec.vu.idInInstance) + paths[n % paths.length], bearer(user, 'read'))
    check(response, { 'read: 200': (r) => r.status === 200 })
    sleep(1.5)
  }
}

// 50 users launch an analysis at once and follow it to its end.
export function launch() {
  const user = users[exec.scenario.iterationInTest]
  const base = baseOf(exec.scenario.iterationInTest)
  const brief = {
    symbol: 'AAPL', assetType: 'equity', date: '2012-10-10',
    analysts: ['technical', 'sentiment', 'news', 'fundamentals'],
    config: { researchDepth: 3, llmModel: 'none', llmProvider: 'rules' }
  }
  const launched = http.post(`${base}/api/analyze`, JSON.stringify(brief), bearer(user, 'launch'))
  if (!check(launched, { 'launch: 202': (r) => r.status === 202 })) return
  const analysisId = launched.json('data.analysisId')
  const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/ws`, ['bearer', user.token])
  let sent
  socket.addEventListener('open', () => {
    sent = Date.now()
    socket.send(JSON.stringify({ event: 'subscribe_analysis', data: { analysisId, since: 0 } }))
  })
  socket.addEventListener('message', (message) => {
    if (sent) subscribed.add(Date.now() - sent)
    sent = undefined
    const { event } = JSON.parse(message.data)
    if (event === 'analysis_complete') completed.add(1)
    if (event === 'analysis_complete' || event === 'analysis_error') socket.close()
  })
}

// The last user sends 110 requests at once to all servers together: exactly 100 are admitted, the others are told when to
// come back. A server that is too busy for one that it has admitted answers 503, with the header of the limit.
export function burst() {
  const user = users[limit - 1]
  const requests = Array.from({ length: limit + 10 }, (_, n) => [
    'GET', `${baseOf(n)}/api/auth/me`, null, bearer(user, 'burst')
  ])
  for (const response of http.batch(requests)) {
    check(response, { 'burst: 200 or 429': (r) => r.status === 200 || r.status === 429 })
    if (response.status === 429 && response.headers['Retry-After']) refused.add(1)
    if (response.status !== 429 && response.headers.Ratelimit) admitted.add(1)
  }
}
