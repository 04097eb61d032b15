"""The owner of the key, a user of the back office (legacy: `GET /me` is a cheap connection check).

Vocabulary trap: `/contacts` are users of NP6; people who receive messages are `/targets`.
"""

from __future__ import annotations

from airflow_provider_np6.sandbox.routing import Route
from airflow_provider_np6.sandbox.store.canned import USER
from airflow_provider_np6.sandbox.wire import Answer, Call, RefusalError

_ME = {
    "id": USER,
    "firstName": "Sandbox",
    "lastName": "User",
    "customer": {"name": "Sandbox", "logo": ""},
    "agency": {"logo": ""},
}


async def read(call: Call) -> Answer:
    """A made-up user."""
    return Answer.json(_ME)


async def read_user(call: Call) -> Answer:
    """The same user by id; no document shows more of the answer than that a client reads it after `/me`."""
    if call.parameters["id"].upper() != USER:
        raise RefusalError(404)
    return Answer.json({**_ME, "email": "user@example.com"})


ROUTES = (Route("GET", "/me", read), Route("GET", "/contacts/{id}", read_user))
