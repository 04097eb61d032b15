"""One call to NP6 from a DAG, for what has no operator of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
    BaseOperator,
)

from airflow_provider_np6.exceptions import NP6ArgumentError
from airflow_provider_np6.operators.failing import failing_as_task

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_np6.api.any_call import Query
    from airflow_provider_np6.api.call import Answer, Call


class NP6ApiOperator(BaseOperator):
    """Make one call to NP6, under the rules of :meth:`airflow_provider_np6.hooks.np6.NP6Hook.request`.

    Returns ``{"status": 200, "request_id": "..."}`` and nothing of the answer's body, which may hold personal data that
    XCom would keep; ``response_filter`` says what else to return.

    A call that is not repeatable leaves once: the task gets ``retries=0`` (an Airflow retry would send it again), and
    when its answer is lost it fails saying that the outcome is unknown. What is safe, a 429 or a connection that could
    not be opened, is tried again inside the one try. Mapped tasks (``expand``) need ``retries=0`` of their own.

    Airflow shows and keeps rendered arguments: name people by target id there, not by their data.

    :param path: from the root of the host, without query: ``/segments/500/targets``. (templated)
    :param method: GET, POST, PUT, PATCH or DELETE.
    :param query: name → value; a sequence of values repeats the name. (templated)
    :param body: what to send as JSON: an object or a list, or JSON as text, or the name of a ``.json`` file of the DAG.
        Templates inside an object need no quoting; in text or in a file write ``{{ value | tojson }}``. None sends
        none. (templated)
    :param headers: further ones; ``Accept`` and ``Content-Type`` replace those of JSON. (templated)
    :param np6_conn_id: the NP6 connection. (templated)
    :param repeatable: whether a second sending does no more than one. None: GET alone.
    :param accepted: statuses over 299 that are an answer, not an error, such as 404 for "not there".
    :param response_check: takes the answer (``status``, ``headers``, ``json()``); False fails the task, for good
        unless the call is repeatable.
    :param response_filter: takes the answer and gives what the task returns; without it the status and NP6's request
        id. What it returns is kept in XCom.
    """

    template_fields: Sequence[str] = ("path", "query", "body", "headers", "np6_conn_id")
    template_ext: Sequence[str] = (".json",)
    template_fields_renderers: ClassVar[dict[str, str]] = {"query": "json", "body": "json", "headers": "json"}
    ui_color = "#e8f1fb"

    def __init__(
        self,
        *,
        path: str,
        method: str = "GET",
        query: Query | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        np6_conn_id: str = "np6_default",
        repeatable: bool | None = None,
        accepted: Sequence[int] = (),
        response_check: Callable[[Answer], bool] | None = None,
        response_filter: Callable[[Answer], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.path = path
        self.method = method
        self.query = query
        self.body = body
        self.headers = headers
        self.np6_conn_id = np6_conn_id
        self.repeatable = method.upper() == "GET" if repeatable is None else repeatable
        self.accepted = accepted
        self.response_check = response_check
        self.response_filter = response_filter
        if not self.repeatable:
            # Also a worker that died makes Airflow try again, and nobody knows how far it had come.
            self.retries = 0

    def execute(self, context: Context) -> Any:
        """Make the call."""
        from airflow_provider_np6.hooks.np6 import NP6Hook

        with failing_as_task():
            call = self._call()
            with NP6Hook(self.np6_conn_id).get_conn() as client:
                answer = client.send(call)
        request_id = answer.headers.get("x-request-id")
        self.log.info("NP6 answered %s %s: %s (x-request-id %s)", call.method, call.template, answer.status, request_id)
        return self._judged(answer)

    def _call(self) -> Call[Answer]:
        from airflow_provider_np6.api.any_call import any_call

        try:
            return any_call(
                self.method,
                self.path,
                query=self.query,
                json=_json_of(self.body),
                headers=self.headers,
                repeatable=self.repeatable,
                accepted=self.accepted,
            )
        except (TypeError, ValueError) as error:
            raise NP6ArgumentError(f"NP6ApiOperator cannot make this call, and nothing was sent: {error}.") from None

    def _judged(self, answer: Answer) -> Any:
        """What the task returns.

        :raises AirflowException: the check says no, and a further try of the call does no harm.
        :raises AirflowFailException: it would do harm.
        """
        try:
            passed = self.response_check is None or self.response_check(answer)
            result = self._result(answer) if passed else None
        except AirflowSkipException:
            raise
        except Exception as error:
            if self.repeatable:
                raise
            raise AirflowFailException(
                f"NP6 carried the call out ({answer.status}), but response_check or response_filter failed with "
                f"{type(error).__name__}: mend it, and look in NP6 before the task runs again."
            ) from error
        if not passed:
            kind = AirflowException if self.repeatable else AirflowFailException
            raise kind(f"NP6 answered with {answer.status}, and response_check says that this will not do.")
        return result

    def _result(self, answer: Answer) -> Any:
        if self.response_filter is not None:
            return self.response_filter(answer)
        return {"status": answer.status, "request_id": answer.headers.get("x-request-id")}


def _json_of(body: Any) -> Any:
    """The body as JSON values; text is what a template or a file gave.

    :raises ValueError: text that is no JSON; the message does not repeat it.
    """
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        raise ValueError("the body is text, but no JSON; in a template write {{ value | tojson }}") from None
