"""Asking a server for JSON, with limits on time and size."""

from __future__ import annotations

import json
import time
from typing import Any, NoReturn

import urllib3

from geo.errors import RoutingError

MAX_BYTES = 64 * 2**20
CONNECT_S = 3.0  # at most; an engine stands nearby
_PART = 65_536


class Wire:
    """
    A server at `address`, for answers of at most `timeout_s` seconds each.

    Nothing is read from the environment (no proxy), and redirects are not followed: what is
    asked goes to the address and nowhere else.
    """

    def __init__(self, address: str, *, timeout_s: float) -> None:
        self.address = address
        self.timeout_s = timeout_s
        timeout = urllib3.Timeout(connect=min(CONNECT_S, timeout_s), read=timeout_s)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False, maxsize=2)

    def ask(self, path: str, question: Any = None) -> tuple[int, Any]:
        """
        Ask for `path` behind the address; with a `question` as JSON, by POST.

        Returns
        -------
        status, answer
            HTTP status 200 or 400, and what the JSON says.

        Raises
        ------
        RoutingError
            If the server cannot be reached, is too slow, answers with another status, with
            too much, or with something else than JSON.
        """
        method, body = ("GET", None) if question is None else ("POST", json.dumps(question))
        headers = {"Accept": "application/json", "User-Agent": "taian-xinghuo-map"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        until = time.monotonic() + self.timeout_s
        try:
            response = self._pool.request(
                method, self.address + path, body=body, headers=headers, redirect=False,
                preload_content=False,
            )  # fmt: skip
            try:
                data = self._read(response, until)
            finally:
                # Closed, not given back: what is left of an answer must not become the next.
                response.close()
        except urllib3.exceptions.NewConnectionError as error:  # counts as a time-out too
            raise RoutingError("routing_unreachable") from error
        except urllib3.exceptions.TimeoutError as error:
            raise RoutingError("routing_timeout", seconds=f"{self.timeout_s:g}") from error
        except urllib3.exceptions.HTTPError as error:
            if isinstance(error, urllib3.exceptions.ProtocolError | urllib3.exceptions.DecodeError):
                raise RoutingError("routing_malformed", what="没有传完") from error
            raise RoutingError("routing_unreachable") from error
        if response.status not in {200, 400}:
            raise RoutingError("routing_status", status=response.status)
        try:
            return response.status, json.loads(data, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise RoutingError("routing_malformed", what="不是 JSON") from error

    def _read(self, response: urllib3.BaseHTTPResponse, until: float) -> bytes:
        content = bytearray()
        while part := response.read1(_PART):
            content += part
            if len(content) > MAX_BYTES:
                raise RoutingError("routing_too_large")
            if time.monotonic() > until:  # the pool's limit is on each part, this on all
                raise RoutingError("routing_timeout", seconds=f"{self.timeout_s:g}")
        return bytes(content)


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
