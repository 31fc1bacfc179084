// The calls of the trading document and of the news document, as its readers write them. `tsc --strict` has to accept
// them, and the test runs them against a real server.
import { Tradecore, TradecoreError, type Schemas } from "tradecore-client";

declare const process: { argv: string[] };

const { root, email, password, apiKey } = JSON.parse(process.argv[2] ?? "{}") as Record<string, string>;
const client = new Tradecore(root ?? "", { ...(apiKey !== undefined && { apiKey }) });

const user: Schemas["UserData"] = await client.login(email ?? "", password ?? "");
// The provider may be left out, and so may the choice to rotate refresh tokens.
const launched = await client.call("post", "/api/analyze", {
  body: {
    symbol: "NVDA",
    assetType: "equity",
    date: "2024-10-10",
    analysts: ["technical", "sentiment", "news", "fundamentals"],
    config: { researchDepth: 3, llmModel: "gpt-4o-mini" },
  },
  headers: { "Idempotency-Key": crypto.randomUUID() },
});
const path = { analysisId: launched.analysisId };

const agents: string[] = [];
let decision: unknown;
for await (const event of client.follow(launched.analysisId)) {
  if (event.name === "analysis_progress") agents.push(String(event.data.agent));
  if (event.name === "analysis_complete") decision = event.data.decision;
}
const status = await client.call("get", "/api/analyze/{analysisId}/status", { path });
const percent: number = status.progress.overallPercent;
const result = await client.call("get", "/api/analyze/{analysisId}/results", { path });
const action: "BUY" | "SELL" | "HOLD" = result.decision.action;
const history = await client.call("get", "/api/history", { query: { days: 30, sortBy: "confidence", limit: 10 } });
const returns: (number | null)[] = history.analyses.map((row) => row.actualReturn);
const portfolio = await client.call("get", "/api/portfolio", {});
const recommendations = await client.call("get", "/api/portfolio/recommendations", { query: { status: "pending" } });

const refused = await client
  .call("post", "/api/portfolio/recommendations/{recommendationId}/execute", { path: { recommendationId: "x" } })
  .catch((error: unknown) => error);
const code = refused instanceof TradecoreError && refused.code === "not_found" ? refused.code : undefined;

const job = await client.call("post", "/analyze", { body: { hours: 24, user_id: "my_agent_01" } });
const jobId: string = job.job_id;
const digest = await client.call("get", "/analyze/{job_id}", { path: { job_id: jobId } });
await client.logout();
const signedOut = await client.call("get", "/api/history", {}).catch((error: TradecoreError) => error.status);

console.log(
  JSON.stringify({
    user: user.email, agents, decision, status: status.status, percent, action, returns,
    cash: portfolio.cash, recommendations: recommendations.length, code, digest: digest.status, signedOut,
  }),
);
