"""The rules of the client against a sandbox that misbehaves on command; each rule for both drivers."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.api import account, fields, import_formats, imports, segments, targets, value_lists
from airflow_provider_np6.api.client import AsyncNP6Client, NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.exceptions import (
    NP6AuthError,
    NP6BadInputError,
    NP6ConflictError,
    NP6NotFoundError,
    NP6OutcomeUnknownError,
    NP6RateLimitError,
    NP6UnavailableError,
)
from airflow_provider_np6.models.imports import (
    DatabaseFeature,
    DuplicateFeature,
    ImportFeature,
    ImportOutcome,
    ImportState,
    NormalizationFeature,
    SegmentationFeature,
)
from airflow_provider_np6.sandbox import RunningSandbox, running_sandbox
from tests.api.conftest import Driver

ANNA = {"Email": "anna@example.com", "Firstname": "Anna"}


def status(code: int, times: int | None = 1, **more: Any) -> dict[str, Any]:
    return {
        "match": {"path": "^/(fields|targets|imports).*"},
        "times": times,
        "kind": "status",
        "status": code,
        **more,
    }


class TestEveryNoun:
    """Against the sandbox, which read the same documents on its own."""

    def test_account_fields_lists(self, driver: Driver, settings: ApiSettings) -> None:
        assert "id" in driver.send(settings, account.me())
        found = driver.send(settings, fields.list_fields())
        assert [field.name for field in found if field.is_unicity] == ["Email"]
        lists = driver.send(settings, value_lists.list_value_lists())
        assert driver.send(settings, value_lists.get_value_list(lists[0].id)) == lists[0]

    def test_targets(self, driver: Driver, settings: ApiSettings) -> None:
        made = driver.send(settings, targets.create_target(ANNA))
        assert made.fields[8104] == "Anna"
        assert driver.send(settings, targets.get_target(made.id)) == made
        driver.send(settings, targets.update_target(made.id, {"Firstname": "Änne"}))
        driver.send(settings, targets.upsert_target({"Email": "ANNA@example.com", "City": "Lyon"}))
        driver.send(settings, targets.upsert_target({"Email": "bob@example.com"}))
        found = driver.send(settings, targets.find_target(["anna@example.com"]))
        assert (found.id, found.fields[8104], found.fields[8107]) == (made.id, "Änne", "Lyon")
        assert driver.send(settings, targets.count_targets()) == 2
        assert driver.send(settings, targets.delete_target(made.id)) is True
        assert driver.send(settings, targets.delete_target(made.id)) is False
        assert driver.send(settings, targets.get_target(made.id)) is None
        assert driver.send(settings, targets.find_target(["anna@example.com"])) is None

    def test_two_unicity_fields(self, driver: Driver) -> None:
        with running_sandbox(account="two-unicity") as sandbox:
            settings = ApiSettings(host=sandbox.url, key=sandbox.key)
            for brand in ("A", "B & C"):
                driver.send(settings, targets.upsert_target({**ANNA, "Brand": brand}))
            unicity = ["anna@example.com", "B & C"]
            assert driver.send(settings, targets.find_target(unicity)) is not None
            driver.send(settings, targets.delete_targets_by_unicity([unicity]))
            assert driver.send(settings, targets.find_target(unicity)) is None
            assert driver.send(settings, targets.count_targets()) == 1

    @pytest.mark.parametrize("answer", ["204", "200"])
    def test_bulk_delete_in_both_answers(self, driver: Driver, answer: str) -> None:
        with running_sandbox(assume={"bulk-delete": answer}) as sandbox:
            settings = ApiSettings(host=sandbox.url, key=sandbox.key)
            driver.send(settings, targets.upsert_target(ANNA))
            unicities = [["anna@example.com"], ["nobody@example.com"]]
            deleted = driver.send(settings, targets.delete_targets_by_unicity(unicities))
            assert driver.send(settings, targets.count_targets()) == 0
            assert driver.send(settings, targets.delete_targets_by_unicity(unicities)) == []
        if answer == "204":
            assert deleted is None
        else:
            assert [target.unicity for target in deleted] == [("anna@example.com",)]

    def test_segments(self, driver: Driver, settings: ApiSettings) -> None:
        made = driver.send(settings, segments.create_segment("S", "d", datetime(2030, 1, 1, tzinfo=UTC), is_test=True))
        assert (made.expiration, made.is_test) == (datetime(2030, 1, 1, tzinfo=UTC), True)
        assert driver.send(settings, segments.get_segment(made.id)).name == "S"
        assert [segment.id for segment in driver.send(settings, segments.list_segments())] == [made.id]
        with pytest.raises(NP6ConflictError):
            driver.send(settings, segments.create_segment("S", "d", datetime(2030, 1, 1)))
        assert driver.send(settings, segments.list_members(made.id)) == []
        driver.send(settings, segments.empty_segment(made.id))
        assert driver.send(settings, segments.delete_segment(made.id)) is True
        assert driver.send(settings, segments.delete_segment(made.id)) is False

    def test_an_import(self, driver: Driver, settings: ApiSettings, tmp_path: Path) -> None:
        segment = driver.send(settings, segments.create_segment("S", "d", datetime(2030, 1, 1)))
        features: list[ImportFeature] = [
            DatabaseFeature(update_existing=True, crush_data=False),
            SegmentationFeature(segment.id, empty_existing=True),
            DuplicateFeature("last"),
            NormalizationFeature({8106: ("FRA",)}),
        ]
        binding = driver.send(settings, import_formats.create_import_format("F", [8103, None, 8104], separator="|"))
        made = driver.send(settings, imports.create_import("I", binding, features))
        assert made.features == tuple(features)
        assert driver.send(settings, imports.get_import_state(made.id)) is None
        path = tmp_path / "some name é.csv"
        path.write_text('e|x|f\nanna@example.com|1|"An|na"\n', encoding="utf-8")
        driver.send(settings, imports.upload_source(made.id, path, "a.csv"))
        driver.send(settings, imports.execute_import(made.id, binding))
        assert self._final_state(driver, settings, made.id).outcome is ImportOutcome.DONE
        assert driver.send(settings, targets.find_target(["anna@example.com"])).fields[8104] == "An|na"
        assert len(driver.send(settings, segments.list_members(segment.id))) == 1
        assert driver.send(settings, imports.get_import(made.id)).filename.endswith("a.csv")
        assert [one.id for one in driver.send(settings, imports.list_imports())] == [made.id]
        assert driver.send(settings, imports.delete_import(made.id)) is True
        assert driver.send(settings, imports.delete_import(made.id)) is False
        assert driver.send(settings, imports.get_import_state(made.id)) is None

    @staticmethod
    def _final_state(driver: Driver, settings: ApiSettings, import_id: int) -> ImportState:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            state: ImportState = driver.send(settings, imports.get_import_state(import_id))
            if state.outcome is not ImportOutcome.GO_ON:
                return state
            time.sleep(0.05)
        raise AssertionError("the import did not end")

    @pytest.mark.parametrize("answer", ["404", "204"])
    def test_never_executed(self, driver: Driver, answer: str) -> None:
        with running_sandbox(assume={"never-run": answer}) as sandbox:
            settings = ApiSettings(host=sandbox.url, key=sandbox.key)
            binding = driver.send(settings, import_formats.create_import_format("F", [8103]))
            made = driver.send(settings, imports.create_import("I", binding))
            assert driver.send(settings, imports.get_import_state(made.id)) is None


class TestErrors:
    def test_a_wrong_key_names_connection_and_remedy(self, driver: Driver, settings: ApiSettings) -> None:
        with pytest.raises(NP6AuthError, match=r"'np6_default'.*put the account's X-Key into") as caught:
            driver.send(replace(settings, key="wrong"), fields.list_fields())
        assert (caught.value.status, caught.value.method, caught.value.path) == (401, "GET", "/fields")
        assert caught.value.request_id

    def test_not_there(self, driver: Driver, settings: ApiSettings) -> None:
        with pytest.raises(NP6NotFoundError, match=r"GET /imports/\{id\}"):
            driver.send(settings, imports.get_import(999))

    def test_in_the_way(self, driver: Driver, settings: ApiSettings) -> None:
        driver.send(settings, targets.create_target(ANNA))
        with pytest.raises(NP6ConflictError):
            driver.send(settings, targets.create_target(ANNA))

    def test_bad_input_carries_np6s_words(self, driver: Driver, settings: ApiSettings) -> None:
        with pytest.raises(NP6BadInputError) as caught:
            driver.send(settings, targets.upsert_target({**ANNA, "Civility": "Captain"}))
        assert caught.value.text is not None
        assert caught.value.text in str(caught.value)
        assert "Captain" not in str(caught.value)


class TestRetries:
    @pytest.mark.parametrize("code", [500, 502, 503, 504])
    def test_a_safe_call_is_repeated_after_5xx(
        self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox, code: int
    ) -> None:
        sandbox.script_faults([status(code, times=2)])
        assert driver.send(settings, fields.list_fields())
        assert len(driver.sleeps) == 2
        assert all(0 < wait < 5 for wait in driver.sleeps)

    def test_it_gives_up_after_max_retries(
        self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox
    ) -> None:
        sandbox.script_faults([status(503, times=None)])
        with pytest.raises(NP6UnavailableError, match="try again later"):
            driver.send(settings, fields.list_fields())
        assert len(sandbox.requests()) == settings.max_retries + 1

    def test_an_unsafe_call_is_not_repeated_after_5xx(
        self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox
    ) -> None:
        sandbox.script_faults([status(500, times=None)])
        with pytest.raises(NP6OutcomeUnknownError):
            driver.send(settings, targets.create_target(ANNA))
        assert len(sandbox.requests()) == 1

    def test_an_unsafe_call_that_was_applied_and_lost(
        self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox
    ) -> None:
        sandbox.script_faults([{"match": {"method": "POST"}, "kind": "reset-after"}])
        with pytest.raises(NP6OutcomeUnknownError):
            driver.send(settings, targets.create_target(ANNA))
        assert len(sandbox.targets()) == 1

    @pytest.mark.parametrize("kind", ["reset-before", "reset-after", "truncate"])
    def test_a_safe_call_survives_a_lost_answer(
        self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox, kind: str
    ) -> None:
        sandbox.script_faults([{"match": {"method": "PUT"}, "kind": kind}])
        assert driver.send(settings, targets.upsert_target(ANNA)).fields[8104] == "Anna"
        assert len(sandbox.targets()) == 1

    def test_429_is_repeated_for_every_call(
        self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox
    ) -> None:
        sandbox.script_faults([status(429, times=2)])
        assert driver.send(settings, targets.create_target(ANNA))
        assert len(driver.sleeps) == 2

    def test_retry_after_in_seconds_and_as_a_date(
        self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox
    ) -> None:
        later = datetime.fromtimestamp(time.time() + 30, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        sandbox.script_faults([status(429, headers={"Retry-After": "7"}), status(429, headers={"Retry-After": later})])
        driver.send(settings, fields.list_fields())
        assert 7 <= driver.sleeps[0] <= 8
        assert 27 <= driver.sleeps[1] <= 32

    def test_rate_limit_reset_as_epoch_and_as_delta(self, driver: Driver) -> None:
        with running_sandbox(assume={"rate-headers": "no"}) as sandbox:
            epoch = str(int(time.time() + 20))
            sandbox.script_faults([status(429, headers={"X-RateLimit-Reset": value}) for value in (epoch, "4")])
            driver.send(ApiSettings(host=sandbox.url, key=sandbox.key), fields.list_fields())
        assert 17 <= driver.sleeps[0] <= 22
        assert 4 <= driver.sleeps[1] <= 5

    def test_the_end_of_a_window_is_not_waited_for_after_a_5xx(self, driver: Driver) -> None:
        with running_sandbox(assume={"rate-headers": "no"}) as sandbox:
            headers = {"X-RateLimit-Remaining": "500", "X-RateLimit-Reset": "50"}
            sandbox.script_faults([status(503, headers=headers)])
            driver.send(ApiSettings(host=sandbox.url, key=sandbox.key), fields.list_fields())
        assert driver.sleeps[0] < 5

    def test_a_wait_longer_than_the_deadline_ends_the_call(
        self, driver: Driver, settings: ApiSettings, sandbox: RunningSandbox
    ) -> None:
        sandbox.script_faults([status(429, headers={"Retry-After": "3600"})])
        with pytest.raises(NP6RateLimitError) as caught:
            driver.send(settings, fields.list_fields())
        assert caught.value.retry_after == 3600
        assert driver.sleeps == []

    def test_nothing_remains_so_the_next_call_waits(self) -> None:
        sleeps: list[float] = []
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9"}
        with running_sandbox(assume={"rate-headers": "no"}) as sandbox:
            sandbox.script_faults([status(429, headers=headers)])
            settings = ApiSettings(host=sandbox.url, key=sandbox.key, max_retries=0)
            with NP6Client(settings, sleep=sleeps.append) as client:
                with pytest.raises(NP6RateLimitError):
                    client.send(fields.list_fields())
                client.send(fields.list_fields())
        assert len(sleeps) == 1
        assert 8 < sleeps[0] <= 9


def test_one_client_for_many_threads(settings: ApiSettings) -> None:
    together = threading.Barrier(16)

    def write(client: NP6Client, number: int) -> None:
        if number < 16:
            together.wait(10)
        client.send(targets.upsert_target({"Email": f"p{number}@example.com"}))

    with NP6Client(settings) as client, ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: write(client, number), range(200)))
        assert client.send(targets.count_targets()) == 200


def test_many_at_once_on_one_loop(settings: ApiSettings) -> None:
    async def write_all() -> int:
        async with AsyncNP6Client(settings, connections=20) as client:
            await asyncio.gather(
                *(client.send(targets.upsert_target({"Email": f"p{n}@example.com"})) for n in range(200))
            )
            return await client.send(targets.count_targets())

    assert asyncio.run(write_all()) == 200


def test_a_closed_client_opens_again(settings: ApiSettings) -> None:
    client = NP6Client(settings)
    client.send(targets.count_targets())
    client.close()
    assert client.send(targets.count_targets()) == 0
    client.close()
