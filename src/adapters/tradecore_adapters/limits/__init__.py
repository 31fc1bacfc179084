"""Limiters: how often a caller may."""
