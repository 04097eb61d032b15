"""Categories of actions (activation-side: Category). The group is in 8.1.0, its pages are not: all from the older
documents.
"""

from __future__ import annotations

from typing import Any

from airflow_provider_np6.api.call import Call, call
from airflow_provider_np6.api.reading import ABSENT, list_of, one, was_there
from airflow_provider_np6.models.documents import Category

_read = one(Category.from_json)


def list_categories() -> Call[list[Category]]:
    """``GET /categories``: all categories (legacy)."""
    return call("GET", "/categories", list_of(Category.from_json, "the categories"))


def create_category(name: str, description: str | None = None) -> Call[Category]:
    """``POST /categories``: a new category (legacy). NP6ConflictError when the name is taken.

    Not safe to repeat: NP6OutcomeUnknownError when the answer is lost.

    :raises ValueError: no name.
    """
    return call("POST", "/categories", _read, json_body=_body(name, description))


def get_category(category_id: int) -> Call[Category]:
    """``GET /categories/{id}``: one category, NP6NotFoundError when there is none (legacy)."""
    return call("GET", "/categories/{id}", _read, ids={"id": category_id})


def update_category(category_id: int, name: str, description: str | None = None) -> Call[Category]:
    """``PUT /categories/{id}``: change a category (legacy; its text prints POST where all other updates are PUT).

    NP6NotFoundError; NP6ConflictError when the name is taken.

    :raises ValueError: no name.
    """
    return call("PUT", "/categories/{id}", _read, ids={"id": category_id}, json_body=_body(name, description))


def delete_category(category_id: int) -> Call[bool]:
    """``DELETE /categories/{id}``: True when deleted, False when there was none (legacy)."""
    return call("DELETE", "/categories/{id}", was_there, ids={"id": category_id}, accepted=ABSENT)


def _body(name: str, description: str | None) -> dict[str, Any]:
    if not name.strip():
        raise ValueError("a category needs a name")
    return {"name": name} | ({} if description is None else {"description": description})
