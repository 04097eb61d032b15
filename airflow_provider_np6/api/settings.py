"""Where NP6 is and how to talk to it: one frozen object that travels."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, quote, unquote, urlsplit

from airflow_provider_np6.exceptions import NP6SettingsError

__all__ = ["DEFAULT_HOST", "ApiSettings", "BulkDeleteForm", "WriteKeys", "is_loopback"]

DEFAULT_HOST = "https://api-cm.np6.com"  # the only server that 8.1.0 lists

WriteKeys: TypeAlias = Literal["name", "id"]
BulkDeleteForm: TypeAlias = Literal["flat", "nested"]


@dataclass(frozen=True, slots=True, eq=False)
class ApiSettings:
    """How to reach one NP6 account. The repr shows neither key nor proxies (they may carry a password).

    :param host: base URL; plain ``http`` only on loopback, so that the X-Key never travels in the clear.
    :param key: the X-Key.
    :param timeout: seconds to wait for a connection, and for each next piece of an answer.
    :param max_retries: how often a call is repeated after the first attempt.
    :param verify: check the certificate: True, False, or the path of a CA bundle.
    :param proxies: scheme → proxy URL; None takes them from the environment, as requests does.
    :param write_keys: whether targets are written by field name or by field id. The sources disagree on what
        NP6 takes today (data-side: trap 1).
    :param label: what messages call this account: the id of the Airflow connection.
    :param rate: the most calls per second that leave this process for the account, None for no limit of its own; what
        NP6 says about its rate counts as well.
    :param bulk_delete_form: how ids and segments are written in a bulk delete; the samples contradict one another
        (data-side: trap 8).
    :param total_deadline: seconds that one call may take with all its repetitions and waits; a bulk delete has at least
        120 and an upload 600, and an upload one more for every 64 KiB of its file.
    :raises NP6SettingsError: a value that cannot work; the sentence names it and the remedy.
    """

    host: str = DEFAULT_HOST
    key: str = field(default="", repr=False)
    timeout: float = 30.0
    max_retries: int = 5
    verify: bool | str = True
    proxies: Mapping[str, str] | None = field(default=None, repr=False)
    write_keys: WriteKeys = "name"
    rate: float | None = None
    bulk_delete_form: BulkDeleteForm = "flat"
    label: str = ""
    total_deadline: float = 300.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "host", self.host.strip().rstrip("/"))
        object.__setattr__(self, "key", self.key.strip())
        self._check_host()
        self._check_key()
        self._check_numbers()

    @property
    def connection(self) -> str:
        """What messages say after "connection": a quoted id, or a plain word where none is known."""
        return f"connection '{self.label}'" if self.label else "the connection"

    @property
    def location(self) -> str:
        """Host and port, without scheme: what messages call the server."""
        return urlsplit(self.host).netloc

    def secrets(self) -> tuple[str, ...]:
        """The key and the proxies' passwords, as they are and as a URL holds them: what no message may hold."""
        proxies = (self.proxies or {}).values()
        given = [self.key, *(_split(proxy, self.connection).password or "" for proxy in proxies)]
        found = {form for one in given if one for form in (one, unquote(one), quote(one, safe=""))}
        return tuple(sorted(found, key=len, reverse=True))

    def _check_host(self) -> None:
        name, parts = self.connection, _split(self.host, self.connection)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NP6SettingsError(
                f"The host of {name} is not a web address; write it like {DEFAULT_HOST}, "
                "or leave it empty for that one."
            )
        # The host is not repeated here: it holds the very secret that should not be there.
        if parts.username or parts.password or parts.query or parts.fragment:
            raise NP6SettingsError(
                f"The host of {name} carries a user, a query or a fragment; write only scheme, host and port."
            )
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise NP6SettingsError(
                f"The host of {name} is plain http://{parts.hostname}, which would send the X-Key "
                "in the clear; write https:// (plain http is accepted on loopback only)."
            )

    def _check_key(self) -> None:
        if not self.key:
            raise NP6SettingsError(
                f"No X-Key: put the key that NP6 issued for the account into the password of {self.connection}."
            )
        if not (self.key.isascii() and self.key.isprintable()):
            raise NP6SettingsError(
                f"The password of {self.connection} holds characters that no X-Key has; paste the key again."
            )

    def _check_numbers(self) -> None:
        if not 0 < self.timeout <= 3600:
            raise NP6SettingsError(f"timeout of {self.connection} must be more than 0 and at most 3600 seconds.")
        if not 0 <= self.max_retries <= 50:
            raise NP6SettingsError(f"max_retries of {self.connection} must be between 0 and 50.")
        if not 0 < self.total_deadline <= 86_400:
            raise NP6SettingsError(f"total_deadline of {self.connection} must be more than 0, at most 86400 seconds.")
        if self.write_keys not in ("name", "id"):
            raise NP6SettingsError(f"write_keys of {self.connection} must be 'name' or 'id'.")
        if self.rate is not None and not 0 < self.rate <= 10_000:
            raise NP6SettingsError(f"rate of {self.connection} must be more than 0 and at most 10000 calls per second.")
        if self.bulk_delete_form not in ("flat", "nested"):
            raise NP6SettingsError(f"bulk_delete_form of {self.connection} must be 'flat' or 'nested'.")


def _split(host: str, name: str) -> SplitResult:
    try:
        parts = urlsplit(host)
        _ = parts.port  # read here, because it is only checked when it is read
    except ValueError:
        raise NP6SettingsError(f"The host of {name} is not a web address: check its port and brackets.") from None
    return parts


def is_loopback(hostname: str) -> bool:
    """Whether a host name means this machine: ``localhost``, 127.0.0.0/8, ::1. No name is looked up."""
    if hostname.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(hostname).is_loopback
    except ValueError:
        return False
