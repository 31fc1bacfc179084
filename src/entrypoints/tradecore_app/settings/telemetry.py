"""Settings of metrics and traces."""

from pydantic import Field

from tradecore_app.settings.group import Group


class TelemetrySettings(Group):
    """What a process tells about itself."""

    metrics: str = Field(
        "",
        pattern=r"^(|[A-Za-z0-9.\-]+:[0-9]{1,5}|\[[0-9A-Fa-f:.]+\]:[0-9]{1,5})$",
        validation_alias="TRADECORE_METRICS",
        description="where this process serves /metrics for Prometheus, such as 127.0.0.1:9464; empty for nowhere",
    )
    traces: bool = Field(
        False,
        validation_alias="TRADECORE_TRACES",
        description="whether traces are sent by OpenTelemetry, to where its OTEL_* variables say; an extra",
    )
