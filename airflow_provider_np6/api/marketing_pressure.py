"""Marketing pressure: topics, rules, and whether an action must have a topic (activation-side: Marketing Pressure)."""

from __future__ import annotations

from airflow_provider_np6.api.call import Answer, Call, call
from airflow_provider_np6.api.reading import list_of
from airflow_provider_np6.models.documents import PressureRule, PressureTopic


def list_topics() -> Call[list[PressureTopic]]:
    """``GET /marketing/pressure/topics``: all topics (activation-side: marketing-pressure/80f83198)."""
    return call("GET", "/marketing/pressure/topics", list_of(PressureTopic.from_json, "the topics"))


def list_rules() -> Call[list[PressureRule]]:
    """``GET /marketing/pressure/rules``: all rules (activation-side: marketing-pressure/81a01639)."""
    return call("GET", "/marketing/pressure/rules", list_of(PressureRule.from_json, "the rules"))


def is_topic_mandatory() -> Call[bool]:
    """``GET /settings/marketing/pressure/topic``: a bare boolean (activation-side: marketing-pressure/8ff8706e)."""
    return call("GET", "/settings/marketing/pressure/topic", _read_flag)


def set_topic_mandatory(mandatory: bool) -> Call[bool]:
    """``PUT /settings/marketing/pressure/topic``: for the whole account (activation-side: marketing-pressure/8ff8706e).

    The body is a bare boolean; the printed sample shows ``{}`` (trap 20).
    """
    return call("PUT", "/settings/marketing/pressure/topic", _read_flag, json_body=mandatory is True)


def _read_flag(answer: Answer) -> bool:
    content = answer.json()
    if not isinstance(content, bool):
        raise ValueError(f"expected the option as a JSON boolean, got {type(content).__name__}")
    return content
