"""Webhooks: how messages reach the addresses of users."""
