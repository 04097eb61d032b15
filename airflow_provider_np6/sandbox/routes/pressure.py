"""Marketing pressure: topics and rules, which no documented operation makes, and one option."""

from __future__ import annotations

import sqlite3

from airflow_provider_np6.sandbox import shapes
from airflow_provider_np6.sandbox.routing import Body, Route
from airflow_provider_np6.sandbox.store import documents
from airflow_provider_np6.sandbox.wire import Answer, Call, Handler

_OPTION = "mandatory topic"


def lister(kind: str) -> Handler:
    """The handler that lists what the account has of a kind."""

    async def every(call: Call) -> Answer:
        return Answer.json(documents.every(call.service.store.reader, kind))

    return every


async def read_option(call: Call) -> Answer:
    """A bare boolean."""
    row = call.service.store.reader.execute("SELECT value FROM meta WHERE name = ?", (_OPTION,)).fetchone()
    return Answer.json(bool(row) and row[0] == "1")


async def write_option(call: Call) -> Answer:
    """A bare boolean in, the same out (the printed sample sends `{}`, trap 20)."""
    value = shapes.read(shapes.flag, call.document())

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_OPTION, str(int(value))))

    await call.service.store.write(work)
    return Answer.json(value)


ROUTES = (
    Route("GET", "/marketing/pressure/topics", lister("topic")),
    Route("GET", "/marketing/pressure/rules", lister("rule")),
    Route("GET", "/settings/marketing/pressure/topic", read_option),
    Route("PUT", "/settings/marketing/pressure/topic", write_option, Body.JSON),
)
