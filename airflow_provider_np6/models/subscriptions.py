"""Push subscriptions and the applications they belong to (data-side: Subscription, MobileApplication)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_np6.models.reading import as_bool, as_date, as_list, as_mapping, as_name, as_object, as_text
from airflow_provider_np6.models.recipients import Recipient

__all__ = ["NotifiableApplication", "Subscription"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A device that may be notified. Its repr shows neither the device's token nor who it belongs to.

    :ivar id: a UUID that the caller chooses.
    :ivar application_id: a UUID.
    :ivar provider: ``{"type": "firebase", "token": ..}``; the only type seen.
    """

    id: str
    application_id: str
    provider: Mapping[str, Any] = field(default_factory=dict, repr=False)
    contact: Recipient | None = field(default=None, repr=False)
    creation_date: datetime | None = None
    modification_date: datetime | None = None

    @classmethod
    def from_json(cls, json: Any) -> Subscription:
        """Read a subscription.

        :raises ValueError: no object.
        """
        data = as_object(json, "a subscription")
        life = as_mapping(data.get("lifecycle"))
        return cls(
            id=as_text(data.get("id")),
            application_id=as_text(data.get("application")),
            provider=dict(as_mapping(data.get("provider"))),
            contact=Recipient.from_json(data.get("contact")),
            creation_date=as_date(as_mapping(life.get("creation")).get("date")),
            modification_date=as_date(as_mapping(life.get("modification")).get("date")),
        )


@dataclass(frozen=True, slots=True)
class NotifiableApplication:
    """An application that can be notified. Its repr hides the providers, which hold keys and certificates.

    :ivar id: a UUID; None before NP6 gave one.
    :ivar type: ``native`` is the only one seen.
    """

    id: str | None
    name: str
    type: str = "native"
    description: str = ""
    active: bool = False
    creation_date: datetime | None = None
    modification_date: datetime | None = None
    providers: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    json: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Any) -> NotifiableApplication:
        """Read an application.

        :raises ValueError: no object.
        """
        data = as_object(json, "an application")
        stamp = as_mapping(data.get("stamp"))
        return cls(
            id=as_name(data.get("id")),
            name=as_text(data.get("name")),
            type=as_text(data.get("type")),
            description=as_text(data.get("description")),
            active=as_bool(data.get("active")),
            creation_date=as_date(stamp.get("creation")),
            modification_date=as_date(stamp.get("modification")),
            providers=tuple(as_mapping(item) for item in as_list(data.get("providers"), "the providers")),
            json=dict(data),
        )
