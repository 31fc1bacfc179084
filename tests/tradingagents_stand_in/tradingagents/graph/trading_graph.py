"""A graph with the nodes, the state and the stream of TradingAgents, in a few lines of our own."""

import http.client
import json
import os
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from tradingagents.agents.analysts.sentiment_analyst import posts
from tradingagents.agents.utils.agent_utils import resolve_instrument_identity
from tradingagents.dataflows.interface import route_to_vendor
from tradingagents.dataflows.market_data_validator import build_verified_market_snapshot

ANALYSTS = {"market": "Market", "social": "Sentiment", "news": "News", "fundamentals": "Fundamentals"}
REPORTS = {"market": "market_report", "social": "sentiment_report", "news": "news_report"}
TOOLS = {
    "market": ("get_stock_data", "get_indicators", "get_verified_market_snapshot"),
    "news": ("get_news", "get_global_news", "get_something_new"),
    "fundamentals": ("get_fundamentals", "get_balance_sheet"),
}
RISK = ("Aggressive Analyst", "Conservative Analyst", "Neutral Analyst")
FORMS = {
    "SentimentReport": {"overall_band", "overall_score", "confidence", "narrative"},
    "ResearchPlan": {"recommendation", "rationale", "strategic_actions"},
    "TraderProposal": {"action", "reasoning"},
    "PortfolioDecision": {"rating", "executive_summary", "investment_thesis"},
}


class GraphRecursionError(RecursionError):
    """Too many steps."""


class TradingAgentsGraph:
    """The graph of one configuration."""

    def __init__(self, selected_analysts=("market",), debug=False, config=None, callbacks=None):
        self.config = config
        self.analysts = selected_analysts
        assert config["memory_log_path"] is None
        assert set(config["data_vendors"].values()) == {"tradecore"}
        for folder in (config["results_dir"], config["data_cache_dir"]):
            Path(folder).mkdir(exist_ok=True)
        Path(config["results_dir"], "log.json").write_text("{}")
        assert self._get_provider_kwargs() == {"timeout": 3600.0, "max_retries": 0}
        tools = [f"tools_{key}" for key in ANALYSTS]
        nodes = [f"{name} Analyst" for name in ANALYSTS.values()] + [
            *("Bull Researcher", "Bear Researcher", "Research Manager", "Trader"),
            *(*RISK, "Portfolio Manager"),
        ]
        self.workflow = SimpleNamespace(nodes=dict.fromkeys(nodes + tools))
        self.graph = SimpleNamespace(stream=self._stream)
        self.propagator = SimpleNamespace(create_initial_state=_initial_state)

    def _get_provider_kwargs(self):
        return {}

    def _fetch_returns(self, *args, **kwargs):
        raise AssertionError("the network was read")

    def _stream(self, state, stream_mode, config):
        assert stream_mode == ["tasks", "updates"]
        for steps, (node, think) in enumerate(self._nodes(state), start=1):
            if steps > config["recursion_limit"]:
                raise GraphRecursionError("too many steps, says the framework")
            yield "tasks", {"id": str(steps), "name": node, "input": {}, "triggers": []}
            update = think()
            state.update(update)
            yield "tasks", {"id": str(steps), "name": node, "error": None, "result": {}, "interrupts": []}
            yield "updates", {node: update}

    def _nodes(self, state):
        for key in self.analysts:
            yield from self._analyst(key, state)
        for number in range(2 * self.config["max_debate_rounds"]):
            side = ("Bull", "Bear")[number % 2]
            yield f"{side} Researcher", lambda side=side: self._argue(side)
        yield "Research Manager", lambda: {"investment_plan": self._form("ResearchPlan", "Rule.", deep=True)}
        yield "Trader", lambda: {"trader_investment_plan": self._form("TraderProposal", "Plan.")}
        for number in range(3 * self.config["max_risk_discuss_rounds"]):
            node = RISK[number % 3]
            yield node, lambda node=node: self._warn(node)
        yield (
            "Portfolio Manager",
            lambda: {"final_trade_decision": self._form("PortfolioDecision", "Decide.", deep=True)},
        )

    def _analyst(self, key, state):
        node, report = f"{ANALYSTS[key]} Analyst", REPORTS.get(key, "fundamentals_report")
        if key == "social":
            prompt = f"{posts(state['symbol'])}\n{resolve_instrument_identity(state['symbol'])}"
            yield node, lambda: {report: self._form("SentimentReport", prompt)}
        else:
            messages = [{"role": "user", "content": f"{node}: {state['context']} Today is {state['day']}."}]
            while True:
                answer = []
                yield node, lambda: self._turn(key, report, messages, answer)  # noqa: B023
                if not answer[0].get("tool_calls"):
                    break
                yield f"tools_{key}", lambda: self._use_tools(messages, answer[0])  # noqa: B023
        yield f"Msg Clear {ANALYSTS[key]}", dict

    def _turn(self, key, report, messages, answer):
        tools = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in TOOLS[key]]
        answer.append(self._call(messages, tools=tools))
        return {report: "" if answer[0].get("tool_calls") else answer[0]["content"] or ""}

    def _use_tools(self, messages, answer):
        messages.append(answer)
        for call in answer["tool_calls"]:
            name, values = call["function"]["name"], json.loads(call["function"]["arguments"])
            if name == "get_verified_market_snapshot":
                text = build_verified_market_snapshot(**values)
            else:
                text = route_to_vendor(name, *values.values())
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": text})
        return {}

    def _argue(self, side):
        text = self._call([{"role": "user", "content": f"{side}, argue."}])["content"]
        return {"investment_debate_state": {"current_response": f"{side} Analyst: {text}"}}

    def _warn(self, node):
        text = self._call([{"role": "user", "content": f"{node}, warn."}])["content"]
        name = node.split()[0]
        return {"risk_debate_state": {f"current_{name.lower()}_response": f"{node}: {text}"}}

    def _form(self, name, prompt, deep=False):
        tool = {"type": "function", "function": {"name": name, "parameters": {}}}
        choice = {"type": "function", "function": {"name": name}}
        messages = [{"role": "user", "content": prompt}]
        answer = self._call(messages, deep=deep, tools=[tool], tool_choice=choice)
        for call in answer.get("tool_calls") or ():
            values = json.loads(call["function"]["arguments"])
            if FORMS[name] <= set(values):
                return "\n".join(f"**{field}**: {value}" for field, value in values.items())
        return self._call(messages, deep=deep)["content"]

    def _call(self, messages, deep=False, **more):
        model = self.config["deep_think_llm" if deep else "quick_think_llm"]
        address = urlsplit(self.config["backend_url"])
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=600)
        try:
            body = json.dumps({"model": model, "messages": messages, "stream": False, **more})
            key = os.environ["OPENAI_COMPATIBLE_API_KEY"]
            connection.request("POST", f"{address.path}/chat/completions", body, {"Authorization": f"Bearer {key}"})
            response = connection.getresponse()
            answer = json.loads(response.read())
            if response.status != 200:
                raise RuntimeError(f"{response.status}, says the vendor: {answer}")
            return answer["choices"][0]["message"]
        finally:
            connection.close()


def _initial_state(company_name, trade_date, asset_type="stock", past_context="", instrument_context=""):
    assert past_context == ""
    return {"symbol": company_name, "day": str(trade_date), "context": instrument_context}
