"""Adapters of the embeddings port."""
