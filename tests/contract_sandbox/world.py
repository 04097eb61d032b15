"""An account in which every kind of object exists, made over HTTP like any user would."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import requests

EMAIL, SMS = "application/vnd.np6.cm.email", "application/vnd.np6.cm.sms"


@dataclass(frozen=True)
class World:
    """The ids that exist, by what they identify."""

    ids: dict[str, list[Any]]

    def of(self, parameter: str, path: str) -> list[Any]:
        """Ids that fit a path parameter."""
        return self.ids[_noun(parameter, path)]


def _noun(parameter: str, path: str) -> str:
    if parameter in ("targetId", "target", "contact"):
        return "targets"
    if parameter in ("uuid", "index"):
        return {"uuid": "applications", "index": "values"}[parameter]
    if parameter in ("segmentId", "version"):
        return {"segmentId": "segments", "version": "versions"}[parameter]
    parts = [part for part in path.split("/") if part]
    return "display" if parts[0] == "display" else parts[parts.index("{id}") - 1]


class Maker:
    """Makes objects and keeps their ids."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Key"] = key

    def __call__(self, method: str, path: str, body: Any = None, media: str = "application/json") -> Any:
        data = None if body is None else json.dumps(body)
        answer = self.session.request(method, self._url + path, data=data, headers={"Content-Type": media}, timeout=30)
        assert answer.ok, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def world(self) -> World:
        targets = [self._target(number) for number in range(4)]
        static = self("POST", "/segments", {"type": "static", "name": "static", "isTest": True})["id"]
        dynamic = self("POST", "/segments", {"type": "dynamic", "name": "dynamic"})["id"]
        self("PUT", f"/segments/{static}/targets", targets[:2])
        binding = self("POST", "/importFormats", BINDING | {"name": "binding"})["identifier"]["guid"]
        application = self("GET", "/parameters/applications")[0]["id"]
        subscription = str(uuid.UUID(int=7))
        self("PUT", "/subscriptions", subscription_of(subscription, application, targets[0]))
        notification = self("POST", "/notifications", {"name": "push", "application": application})
        action = self._validated({"type": "mailMessage", "name": "mail", "settings": {"archive": True}, **MAIL}, static)
        message = self("POST", f"/actions/{action}/execution", {"recipient": by_id(targets[0])}, EMAIL)["id"]
        self("POST", f"/notifications/{notification['id']}/execution", {"recipient": by_id(targets[0])})
        return World(
            {
                "targets": targets,
                "fields": [8102],
                "valueLists": [self("POST", "/valueLists", {"name": "list", "values": [{"value": "a"}]})["id"]],
                "segments": [static, dynamic],
                "importFormats": [binding],
                "imports": [self._import(binding, static)],
                "applications": [application],
                "subscriptions": [subscription],
                "actions": [action, *self._other_actions(static)],
                "messages": [message],
                "notifications": [notification["id"]],
                "versions": [notification["versions"][0]["id"]],
                "workflows": [self("POST", "/scripting/workflows", {"name": "flow"})["id"]],
                "webtasks": [1],
                "values": [1],
                "contacts": [self("GET", "/me")["id"]],
                "campaigns": [self("POST", "/campaigns", {"name": "campaign"})["id"]],
                "compilables": [self("POST", "/scripting/compilables", {"name": "compilable"})["id"]],
                "categories": [self("POST", "/categories", {"name": "category"})["id"]],
                "display": ["1001", "51"],
            }
        )

    def _target(self, number: int) -> str:
        body = {"Email": f"p{number}@example.com", "Mobile": "0600000000", "Lastname": "Made Up"}
        identifier = str(self("POST", "/targets", body)["id"])
        self("POST", f"/targets/{identifier}/redlist/sms", {"origin": 6}) if number == 3 else None
        return identifier

    def _import(self, binding: int, segment: int) -> int:
        features = [{"type": "segmentation", "segmentId": segment, "emptyExisitingSegment": False}]
        number = int(self("POST", "/imports", {"name": "import", "binding": binding, "features": features})["id"])
        self("PUT", f"/imports/{number}/source", None, "application/octet-stream")
        self("POST", f"/imports/{number}/executions", {})
        return number

    def _validated(self, body: dict[str, Any], segment: int) -> str:
        identifier = str(self("POST", "/actions", body)["id"])
        self("POST", f"/actions/{identifier}/validation", {"fortest": True, "testSegments": [segment]})
        self("POST", f"/actions/{identifier}/validation", {"fortest": False})
        return identifier

    def _other_actions(self, segment: int) -> list[str]:
        sms = self._validated({"type": "smsMessage", "name": "sms", "content": {"textContent": "hello"}}, segment)
        ready = str(self("POST", "/actions", {"type": "mailMessage", "name": "ready", **MAIL})["id"])
        scheduler = {"type": "scheduled", "startDate": "2099-01-01T00:00:00Z", "segments": {"selected": [segment]}}
        campaign = {"type": "mailCampaign", "name": "campaign", "scheduler": scheduler, **MAIL}
        return [sms, ready, self._validated(campaign, segment)]


BINDING = {"separator": 59, "startAt": 1, "binds": [{"columnIndex": 0, "fieldId": 8103}]}
MAIL = {"content": {"subject": "Hello", "html": "<a href='https://example.com/'>here</a>", "text": "Hello"}}


def by_id(target: str) -> dict[str, str]:
    return {"type": "id", "value": target}


def subscription_of(identifier: str, application: str, target: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "application": application,
        "provider": {"type": "firebase", "token": "token"},
        "contact": {"type": "footprint", "id": target},
    }
