// The agents of a desk and what people call them.
import { words } from "./format";

const NAMES: Record<string, string> = {
  technical_analyst: "Technical analyst",
  sentiment_analyst: "Sentiment analyst",
  news_analyst: "News analyst",
  fundamentals_analyst: "Fundamentals analyst",
  bull_researcher: "Bull",
  bear_researcher: "Bear",
  research_judge: "Judge",
  trader: "Trader",
  risk_manager: "Risk manager",
};

export const agentName = (name: string): string => NAMES[name] ?? words(name);
