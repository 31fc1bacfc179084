"""Metrics of a process for Prometheus, and traces by OpenTelemetry."""
