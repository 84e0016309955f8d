"""Calling the publish hook as a publisher's site does."""

import json
import secrets
import time
from typing import Any

import requests

from tests.running import Istami
from web.hook import signature

SECRET = "a-secret-of-publishers"


def signed(body: bytes, at: int | None = None, secret: str = SECRET) -> dict[str, Any]:
    """A call's body and headers, to be sent now or later."""
    timestamp = str(int(time.time()) if at is None else at)
    headers = {"X-Istami-Timestamp": timestamp, "X-Istami-Signature": signature(secret, timestamp, body)}
    return {"data": body, "headers": headers}


def send(istami: Istami, call: dict[str, Any]) -> requests.Response:
    """The call's answer."""
    return istami.call("POST", "/hooks/publish", data=call["data"], headers=dict(call["headers"]))


def tell(istami: Istami, **body: Any) -> dict[str, Any]:
    """Tell the hook; gives what it says was done."""
    reply = send(istami, signed(json.dumps({**body, "nonce": secrets.token_hex(8)}).encode()))
    assert reply.status_code == 202, reply.text
    assert istami.call("GET", reply.headers["Location"]).status_code in (200, 404)
    assert reply.headers["Cache-Control"] == "no-store"
    return reply.json()


def code(reply: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return reply.status_code, reply.json()["code"]


def state(istami: Istami, id: str) -> str:
    """The sound's state, or why there is none."""
    manifest = istami.manifest(id)
    return manifest.get("state") or manifest["code"]
