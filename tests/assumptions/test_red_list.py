"""What NP6 remembers about people, whatever it turns out to do."""

from __future__ import annotations

from airflow_provider_np6.api import bounces, red_list
from tests.assumptions.answers import under
from tests.assumptions.conftest import Make, reacting

ADDRESS = "anna@example.com"


@under("redlist-after-delete")
def test_a_target_that_comes_back(world: Make, answer: str) -> None:
    np6 = world("redlist-after-delete", answer)
    target_id = np6.target()
    np6.hook.send(red_list.add_to_red_list(target_id, "mail"))
    assert np6.hook.delete_target(target_id)
    np6.target()
    found = np6.hook.find_target(ADDRESS)
    assert found is not None
    assert ("mail" in found.red_list) == {"forgotten": False, "kept": True}[answer]


@under("empty-redlist")
def test_an_empty_red_list(world: Make, answer: str) -> None:
    np6 = world("empty-redlist", answer)
    assert np6.hook.send(red_list.list_red_list("mail")) == []
    assert len(np6.hook.get_red_list_df("sms")) == 0
    assert {request["status"] for request in np6.sandbox.requests()} == {int(answer)}


@under("bounces-after-delete")
def test_bounces_of_a_target_that_comes_back(world: Make, answer: str) -> None:
    np6 = world("bounces-after-delete", answer, reactions=reacting(hard=1.0))
    target_id = np6.target()
    np6.mail(np6.action(), target_id)
    assert [one.target_id for one in np6.hook.send(bounces.list_bounced_targets())] == [target_id]
    np6.hook.delete_target(target_id)
    assert np6.hook.send(bounces.list_bounced_targets()) == []
    np6.target()
    assert len(np6.hook.send(bounces.list_bounced_targets())) == {"forgotten": 0, "kept": 1}[answer]
