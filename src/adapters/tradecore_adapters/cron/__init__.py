"""Adapters of the cron port."""
