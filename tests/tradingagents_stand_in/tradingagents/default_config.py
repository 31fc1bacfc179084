"""The configuration of the stand-in."""

DEFAULT_CONFIG = {
    "llm_provider": "openai",
    "deep_think_llm": "deep",
    "quick_think_llm": "quick",
    "backend_url": None,
    "max_debate_rounds": 1,
    "max_risk_discuss_rounds": 1,
    "memory_log_path": "~/memory.md",
    "output_language": "English",
    "data_vendors": {"core_stock_apis": "yfinance", "news_data": "yfinance"},
    "tool_vendors": {},
}
