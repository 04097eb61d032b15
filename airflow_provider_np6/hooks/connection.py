"""An Airflow connection → :class:`ApiSettings`. Pure: it reads what it is given, and neither network nor
environment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from airflow_provider_np6.api.settings import DEFAULT_HOST, ApiSettings
from airflow_provider_np6.exceptions import NP6SettingsError

__all__ = ["KNOWN_EXTRAS", "AirflowConnection", "settings_of"]


class AirflowConnection(Protocol):
    """The parts of an Airflow connection that are read; every version of Airflow has them."""

    conn_id: Any
    host: Any
    schema: Any
    port: Any
    password: Any
    extra: Any


def settings_of(connection: AirflowConnection) -> ApiSettings:
    """How to reach the account of a connection: password = X-Key, host optional, and the known extras.

    :raises NP6SettingsError: something is missing, unknown or of the wrong type; one sentence with the
        remedy.
    """
    name = f"connection '{connection.conn_id}'"
    given = _extras(connection.extra, name)
    return ApiSettings(
        host=_host(connection, name),
        key=connection.password or "",
        label=str(connection.conn_id or ""),
        **{extra: KNOWN_EXTRAS[extra](value, f"The extra '{extra}' of {name}") for extra, value in given.items()},
    )


def _host(connection: AirflowConnection, name: str) -> str:
    """The base URL from the fields host, schema and port, in whatever way they share the work."""
    host = str(connection.host or "").strip().rstrip("/")
    if not host:
        # A port or a schema alone would go unnoticed, and the key to another host than meant.
        if connection.port:
            raise NP6SettingsError(f"The {name} has a port but no host: give both, or neither for {DEFAULT_HOST}.")
        return DEFAULT_HOST
    schema = str(connection.schema or "").strip().lower()
    if schema and schema not in ("http", "https"):
        raise NP6SettingsError(f"The schema of {name} must be https, http or empty.")
    if "://" not in host:
        host = f"{schema or 'https'}://{host}"
    elif schema and not host.lower().startswith(f"{schema}://"):
        raise NP6SettingsError(f"The host and the schema of {name} name different schemes: leave the schema empty.")
    return _with_port(host, connection.port, name)


def _with_port(host: str, port: Any, name: str) -> str:
    if not port:
        return host
    parts = urlsplit(host)
    if ":" in parts.netloc.rpartition("]")[2]:
        if parts.netloc.rpartition(":")[2] != str(port):
            raise NP6SettingsError(f"The host and the port of {name} name different ports: leave the port empty.")
        return host
    return parts._replace(netloc=f"{parts.netloc}:{port}").geturl()


def _extras(extra: Any, name: str) -> dict[str, Any]:
    """The extras that hold a value; unknown ones are refused, because a typo would silently change
    nothing.
    """
    given = _as_mapping(extra, name)
    # Airflow packs the extra into one member of this name when a connection travels as a URI.
    if packed := given.pop("__extra__", None):
        given |= _as_mapping(packed, name)
    # The form of older Airflow releases wrote its fields under this prefix.
    given = {key.removeprefix("extra__np6__"): value for key, value in given.items()}
    if unknown := sorted(set(given) - set(KNOWN_EXTRAS)):
        raise NP6SettingsError(
            f"The {name} has unknown extras: {', '.join(unknown)}. Known are: {', '.join(KNOWN_EXTRAS)}."
        )
    return {key: value for key, value in given.items() if value is not None and value != ""}


def _as_mapping(extra: Any, name: str) -> dict[str, Any]:
    if not extra:
        return {}
    if isinstance(extra, str):
        try:
            extra = json.loads(extra)
        except ValueError:
            extra = None  # json's message quotes the text, which may hold a secret
    if not isinstance(extra, Mapping):
        raise NP6SettingsError(f'The extra of {name} is not a JSON object: write it like {{"timeout": 30}}.')
    return dict(extra)


def _timeout(value: Any, what: str) -> float:
    return _seconds(value, what, 3600)


def _total_deadline(value: Any, what: str) -> float:
    return _seconds(value, what, 86_400)


def _seconds(value: Any, what: str, most: int) -> float:
    # Connections given as a URI carry every extra as text.
    try:
        seconds = float(value) if not isinstance(value, bool) else None
    except (TypeError, ValueError):
        seconds = None
    if seconds is None or not 0 < seconds <= most:
        raise NP6SettingsError(f"{what} must be a number of seconds, more than 0 and at most {most}.")
    return seconds


def _max_retries(value: Any, what: str) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal() or int(text) > 50:
        raise NP6SettingsError(f"{what} must be a whole number from 0 to 50.")
    return int(text)


def _verify(value: Any, what: str) -> bool | str:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise NP6SettingsError(f"{what} must be true, false, or the path of a CA bundle.")
    return {"true": True, "false": False}.get(value.strip().lower(), value.strip())


def _proxies(value: Any, what: str) -> dict[str, str]:
    """Scheme → URL from an object, from such an object as JSON text, or from one URL for both schemes."""
    if isinstance(value, str):
        value = _proxies_in(value.strip())
    known = ("http", "https", "all")
    if not isinstance(value, Mapping) or not all(key in known and _is_proxy(url) for key, url in value.items()):
        raise NP6SettingsError(
            f"{what} must be a proxy URL, or an object with the keys http, https or all and proxy URLs as values."
        )
    return dict(value)


def _proxies_in(text: str) -> Any:
    if not text.startswith("{"):
        return {"all": text}
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_proxy(url: Any) -> bool:
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.scheme and parts.hostname)
    except ValueError:
        return False


def _write_keys(value: Any, what: str) -> str:
    if value not in ("name", "id"):
        raise NP6SettingsError(f"{what} must be 'name' or 'id'.")
    return str(value)


def _rate(value: Any, what: str) -> float:
    try:
        rate = float(value) if not isinstance(value, bool) else None
    except (TypeError, ValueError):
        rate = None
    if rate is None or not 0 < rate <= 10_000:
        raise NP6SettingsError(f"{what} must be a number of calls per second, more than 0 and at most 10000.")
    return rate


def _bulk_delete_form(value: Any, what: str) -> str:
    if value not in ("flat", "nested"):
        raise NP6SettingsError(f"{what} must be 'flat' or 'nested'.")
    return str(value)


KNOWN_EXTRAS: dict[str, Callable[[Any, str], Any]] = {
    "timeout": _timeout,
    "total_deadline": _total_deadline,
    "max_retries": _max_retries,
    "verify": _verify,
    "proxies": _proxies,
    "write_keys": _write_keys,
    "rate": _rate,
    "bulk_delete_form": _bulk_delete_form,
}
