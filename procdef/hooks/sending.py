"""Sending one event to a hook. A request is sent to the address that was checked, follows no redirect, and knows no proxy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from procdef.common.metadata import version
from procdef.hooks.addresses import WrongAddress, place_of
from procdef.hooks.signing import headers
from procdef.settings import authority
from procdef.store.events.hooks import Stored

CONNECT, ANSWER = 5.0, 10.0
"""Seconds to connect, and to answer."""
GONE = 410
"""The status with which a receiver says that it wants no more."""


class Failure(NamedTuple):
    """Why an event was not taken, and whether it is useless to try again."""

    text: str
    for_good: bool = False


def message_of(event: Mapping[str, Any]) -> tuple[str, bytes]:
    """The id and the body of the request for an event. An event of another store, or from before a backup, has another id."""
    ident = f"event-{event['number']}-{event['timestamp'].translate(str.maketrans('', '', '-:.T+'))}"
    return ident, orjson.dumps({"type": event["type"], "timestamp": event["timestamp"], "data": event})


def send(hook: Stored, ident: str, body: bytes) -> Failure | None:
    """Send a body to a hook; None if the receiver has taken it, which is a status from 200 to 299."""
    import httpx

    try:
        place = place_of(hook.url, allows_private=hook.allows_private)
        url = httpx.URL(f"{place.scheme}://{authority(place.address, place.port)}{place.target}")
        head = {"Host": authority(place.host, place.port), "Content-Type": "application/json", "User-Agent": f"procdef/{version()}"}
        head |= headers(hook.secret, ident, int(time.time()), body)
        timeout = httpx.Timeout(ANSWER, connect=CONNECT)
        with httpx.Client(timeout=timeout, trust_env=False, follow_redirects=False, verify=place.scheme == "https") as client:
            asked = client.build_request("POST", url, content=body, headers=head, extensions={"sni_hostname": place.host})
            answer = client.send(asked, stream=True)  # the body of the answer is not read
            answer.close()
    except WrongAddress as error:
        return Failure(str(error))
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Failure(f"{type(error).__name__}: {error}")
    if answer.is_success:
        return None
    return Failure(f"The receiver answered {answer.status_code}.", for_good=answer.status_code == GONE)
