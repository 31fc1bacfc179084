"""`tradecore serve` in production: what it refuses to start with, TLS of its own, and requests in the clear."""

import asyncio
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from certificates import Certificate, make_certificate

PRODUCTION = {
    "TRADECORE_ENV": "production",
    "TRADECORE_SECRET": "9f8b1c3e5a7d2046e8fb1c3d5a7e9024b6d8fa1c3e5079b2d4f6a8c0e1b3d5f7",
    "TRADECORE_HOSTS": "localhost,127.0.0.1",
}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def listening(house: Any, *arguments: str) -> str:
    """The address of a server that was started with these arguments."""
    process = house.start("serve", "--port", "0", "--no-worker", *arguments)
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "listens on" in line:
            return str(line.partition("listens on ")[2].split()[0])
    raise AssertionError("".join(lines))


def test_a_start_with_defaults_is_refused_in_one_line_that_says_what_to_change(house: Any) -> None:
    house.settings["TRADECORE_ENV"] = "production"
    ended = house.run("serve", "--port", "0", "--demo")
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    for name in ("TRADECORE_SECRET", "TRADECORE_HOSTS", "TRADECORE_TRUSTED_PROXIES", "--demo"):
        assert name in line


def test_S21_production_refuses_a_demo_account_and_starts_with_nobody(house: Any, certificate: Certificate) -> None:
    process, _ = house.serve("--no-worker")
    house.kill(process)
    house.settings.update(PRODUCTION)
    ended = house.run("serve", "--port", "0", *certificate.options)
    assert ended.returncode == 1
    assert "tradecore users remove demo@example.com" in ended.stderr
    assert house.run("users", "remove", "demo@example.com", "--yes").returncode == 0
    root = listening(house, *certificate.options)
    with httpx.Client(base_url=root, verify=certificate.context()) as client:
        body = {"email": "demo@example.com", "password": (house.folder / "demo.password").read_text()}
        assert client.post("/api/auth/login", json=body).status_code == 401


async def test_a_server_with_a_certificate_speaks_tls_for_requests_and_sockets(
    house: Any, certificate: Certificate
) -> None:
    house.settings.update(PRODUCTION)
    created = house.run("users", "add", "ann@example.com", given="a long password\n")
    assert created.returncode == 0, created.stderr
    root = await asyncio.to_thread(listening, house, *certificate.options)
    assert root.startswith("https://")
    async with httpx.AsyncClient(base_url=root, verify=certificate.context()) as client:
        login = await client.post("/api/auth/login", json={"email": "ann@example.com", "password": "a long password"})
        assert login.headers["strict-transport-security"].startswith("max-age=31536000")
        token = login.json()["data"]["token"]
    url = f"{root.replace('https', 'wss')}/ws"
    async with connect(
        url, additional_headers={"Authorization": f"Bearer {token}"}, ssl=certificate.context()
    ) as socket:
        await socket.ping()
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        async with httpx.AsyncClient(base_url=root) as stranger:
            await stranger.get("/health")


async def test_what_comes_in_the_clear_is_refused_unless_a_trusted_proxy_says_https(house: Any) -> None:
    house.settings.update(PRODUCTION, TRADECORE_TRUSTED_PROXIES="127.0.0.1")
    root = await asyncio.to_thread(listening, house)
    secure = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.1"}
    body = {"email": "ann@example.com", "password": "a long password"}
    async with httpx.AsyncClient(base_url=root) as client:
        refused = await client.post("/api/auth/login", json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "https_required")
        assert (await client.get("/socket.io/?EIO=4&transport=polling")).status_code == 403
        assert (await client.get("/docs", headers={"X-Forwarded-Proto": "http"})).status_code == 403
        assert (await client.post("/api/auth/login", json=body, headers=secure)).status_code == 401
        assert (await client.get("/socket.io/?EIO=4&transport=polling", headers=secure)).status_code == 200
        assert [(await client.get(path)).status_code for path in ("/health", "/ready")] == [200, 200]
    url = f"{root.replace('http', 'ws')}/ws"
    with pytest.raises(InvalidStatus) as error:
        async with connect(url):
            pass
    assert error.value.response.status_code == 403
    async with connect(url, additional_headers=secure) as socket:
        await socket.ping()


@pytest.mark.parametrize("arguments", [("--tls-cert", "cert"), ("--tls-key", "key")])
def test_a_certificate_comes_with_its_key(house: Any, certificate: Certificate, arguments: tuple[str, str]) -> None:
    option, name = arguments
    path = certificate.certificate if name == "cert" else certificate.key
    ended = house.run("serve", option, str(path))
    assert ended.returncode == 2
    assert "--tls-cert and --tls-key are given together" in ended.stderr


def test_files_that_are_no_certificate_are_refused_in_one_sentence(house: Any, certificate: Certificate) -> None:
    ended = house.run("serve", "--port", "0", "--tls-cert", str(certificate.key), "--tls-key", str(certificate.key))
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "in PEM" in ended.stderr
