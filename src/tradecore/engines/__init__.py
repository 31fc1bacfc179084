"""The thinking: what is known in, the next step out."""
