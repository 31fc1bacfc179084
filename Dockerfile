# tradecore with everything it needs on many machines: Postgres, Redis, Dramatiq, the SDKs of model vendors, agents
# (the Model Context Protocol), notices, traces. Fewer of them make a smaller image: --build-arg EXTRAS=postgres,redis.
# Build and run: docker compose up --build (compose.yaml), or docker build -t tradecore .
FROM python:3.13-bookworm AS build
ARG EXTRAS=postgres,redis,dramatiq,openai,anthropic,mcp,notify,traces
WORKDIR /build
RUN python -m venv /opt/tradecore
ENV PATH=/opt/tradecore/bin:$PATH VIRTUAL_ENV=/opt/tradecore
COPY requirements-bootstrap.lock requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements-bootstrap.lock
COPY src ./src
# The lock pins every package of every extra; only those of the named extras are installed. Left out again are installers,
# what Litestar makes up examples with, which no route here has, and the debug symbols that some wheels come with.
RUN uv pip install --no-cache --constraint requirements.lock --build-constraint requirements.lock ".[$EXTRAS]" \
    && uv pip uninstall uv pip polyfactory faker \
    && find /opt/tradecore -name '*.so' -exec strip --strip-unneeded {} + \
    && python -m compileall -q /opt/tradecore/lib

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title=tradecore org.opencontainers.image.licenses=Apache-2.0
RUN useradd --no-log-init --uid 10001 --home-dir /data --shell /usr/sbin/nologin tradecore \
    && install -d -o tradecore -g tradecore /data
COPY --from=build /opt/tradecore /opt/tradecore
ENV PATH=/opt/tradecore/bin:$PATH PYTHONDONTWRITEBYTECODE=1 TRADECORE_DATA=/data
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=2); c.request('GET', '/health'); exit(c.getresponse().status != 200)"]
STOPSIGNAL SIGTERM
# Needs TRADECORE_SECRET, as every server that listens on other addresses than localhost.
ENTRYPOINT ["tradecore"]
CMD ["serve", "--host", "0.0.0.0"]
