"""Language models: OpenAI and all that speaks its API, Anthropic, and what stands before or in place of them."""
