"""Language models: OpenAI and compatible servers, Anthropic, recording, replay and a limit on concurrency."""
