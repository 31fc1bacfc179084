"""Notices: how short messages reach the services that users chose."""
