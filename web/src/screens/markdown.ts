// A result as a Markdown document.
import type { Schemas } from "tradecore-client";
import { percent, price } from "../format";
import { valueOf } from "../ui/evidence";

export function asMarkdown({ decision, debate, reports, riskAssessment, metadata, evidence }: Schemas["ResultData"]): string {
  const levels =
    decision.action === "HOLD"
      ? []
      : [`Entry ${price(decision.entryPrice)}, stop ${price(decision.stopLoss)}, target ${price(decision.takeProfit)}, position ${percent(decision.positionSize)} of the portfolio.`];
  const cautions = [metadata.synthetic ? "Generated prices: a demonstration that says nothing about a real market." : "", decision.needsReview ?? "", decision.advisory];
  const rounds = debate.rounds.flatMap(({ roundNumber, bullArgument, bearArgument, judgeDecision }) => [
    `### Round ${roundNumber}`,
    `**Bull.** ${bullArgument}`,
    `**Bear.** ${bearArgument}`,
    `**Judge.** ${judgeDecision}`,
  ]);
  const rows = evidence.map((each) => `| ${each.id} | ${each.statement.replaceAll("|", "\\|")} | ${valueOf(each)} | ${each.asOf} | ${each.source.replaceAll("|", "\\|")} |`);
  return [
    `# ${decision.symbol}, ${metadata.date}: ${decision.action}`,
    `Confidence ${decision.confidence} of 10. ${levels.join("")}`,
    decision.reasoning,
    ...cautions.filter(Boolean).map((text) => `> ${text}`),
    "## Debate",
    ...rounds,
    debate.finalVerdict,
    "## Reports",
    ...Object.values(reports).filter((text): text is string => Boolean(text)).map((text) => text.replace(/^(#+ )/gm, "##$1")),
    "## Risk",
    riskAssessment.concerns.map((concern) => `- ${concern}`).join("\n"),
    "## Evidence",
    ["| Id | Statement | Value | As of | Source |", "|---|---|---|---|---|", ...rows].join("\n"),
    `Made by ${metadata.engine}, completed ${metadata.completedAt}. Nothing here is financial advice.`,
    "",
  ].join("\n\n");
}
