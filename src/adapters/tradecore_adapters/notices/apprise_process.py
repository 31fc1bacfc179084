"""The process that sends notices with Apprise: `python -I -m tradecore_adapters.notices.apprise_process NETWORK...`.

It writes a line once it is ready, and reads one request: `{"describe": URL}`, which it answers with one line, or
`{"send": [{"url", "title", "text"}, ...]}`, with one line for each message, in any order. It ends with its input.
"""

import json
import logging
import os
import smtplib
import sys
import threading
from contextvars import ContextVar
from ipaddress import ip_network
from typing import Any

import requests
from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat
from apprise.common import OverflowMode, PersistentStoreMode
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from tradecore_adapters.notices.sealed import seal

# For connecting, and between two parts of an answer, in seconds.
_CONNECT_TIMEOUT, _READ_TIMEOUT = 3.0, 4.0
# Room for the title, which some services put in front of the text.
_TITLE_LENGTH = 40
_PRIVATE = (
    "The address is not on the public internet. An operator can allow its network with TRADECORE_NOTICES_PRIVATE."
)
_ASSET = AppriseAsset(
    app_id="tradecore", app_desc="tradecore", storage_mode=PersistentStoreMode.MEMORY, async_mode=False
)


class _Requests:
    """What is known about the requests of a message."""

    refused = False
    uncertain = False
    status: int | None = None


_requests: ContextVar[_Requests] = ContextVar("requests")


def _refuse() -> None:
    _requests.get().refused = True


def watch_requests() -> None:
    """Note which requests were answered, and which may have been carried out without an answer."""
    send, send_mail = requests.Session.send, smtplib.SMTP.sendmail

    def watched_send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> Any:
        try:
            response = send(session, request, **options)
        except requests.RequestException as error:
            _requests.get().uncertain |= _has_begun(error)
            raise
        _requests.get().status = response.status_code
        return response

    def watched_send_mail(server: smtplib.SMTP, *args: Any, **options: Any) -> Any:
        try:
            return send_mail(server, *args, **options)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
            raise
        except (OSError, smtplib.SMTPException):
            _requests.get().uncertain = True
            raise

    # Apprise has no place to hand in a client.
    requests.Session.send = watched_send  # type: ignore[method-assign,assignment]
    smtplib.SMTP.sendmail = watched_send_mail  # type: ignore[method-assign,assignment]


def _has_begun(error: requests.RequestException) -> bool:
    """Whether a request that failed may have reached its server."""
    if isinstance(error, requests.exceptions.SSLError | requests.ConnectTimeout):
        return False
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return False
    return isinstance(error, requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError)


def service_of(url: str) -> NotifyBase | None:
    """The service of a URL, which takes each message once; None where there is none."""
    service = Apprise.instantiate(url, asset=_ASSET)
    if not isinstance(service, NotifyBase):
        return None
    # What the URL says about these would send a message twice, somewhere else, in several parts, or hide a failure.
    service.retry, service.wait, service.optional, service.redirects = 0, 0.0, False, False
    service.overflow_mode = OverflowMode.TRUNCATE
    service.socket_connect_timeout, service.socket_read_timeout = _CONNECT_TIMEOUT, _READ_TIMEOUT
    return service


def describe(url: str) -> dict[str, object]:
    """The service of a URL, or the error about it."""
    service = service_of(url)
    if service is None:
        example = "tgram://BOT_TOKEN/CHAT_ID or mailto://USER:PASSWORD@example.com"
        return {"error": f"This is no URL of a service that Apprise knows; write one such as {example}."}
    if len(service) > 1:
        return {"error": "The URL has several recipients; create a channel for each."}
    return {"service": str(service.service_name), "max_length": max(service.body_maxlen - _TITLE_LENGTH, 1)}


def send(message: dict[str, str]) -> tuple[str, str]:
    """What came of a message: `sent`, `refused` or `unknown`, and why."""
    made = _Requests()
    _requests.set(made)
    try:
        service = service_of(message["url"])
        if service is None:
            return "refused", "The URL names no service any more."
        if service.notify(body=message["text"], title=message["title"], body_format=NotifyFormat.TEXT):
            return "sent", ""
    except Exception:  # noqa: BLE001  # a mistake in one of the services is the failure of one message
        made.uncertain |= made.status is not None and made.status < 300
    if made.refused:
        return "refused", _PRIVATE
    if made.uncertain:
        return "unknown", "The connection ended before the service answered; the notice may have arrived."
    if made.status is not None:
        return "refused", f"The service did not take the notice; the status of its answer is {made.status}."
    return "refused", "The service cannot be reached, or refused the notice."


def main() -> None:
    """Carry out one request."""
    # Records of Apprise have URLs in them, and what a service prints is no answer.
    logging.disable(logging.CRITICAL)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # Loads the services.
    Apprise.instantiate("json://localhost", asset=_ASSET)
    watch_requests()
    seal([ip_network(network) for network in sys.argv[1:]], _refuse)
    writing = threading.Lock()

    def answer(fields: dict[str, object]) -> None:
        with writing:
            answers.write(json.dumps(fields) + "\n")
            answers.flush()

    def send_message(index: int, message: dict[str, str]) -> None:
        result, error = send(message)
        answer({"message": index, "result": result, "error": error})

    answer({})
    request = json.loads(sys.stdin.readline())
    if "describe" in request:
        answer(describe(request["describe"]))
    for index, message in enumerate(request.get("send", ())):
        threading.Thread(target=send_message, args=(index, message), daemon=True).start()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
