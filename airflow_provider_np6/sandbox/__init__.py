"""A small NP6 that runs on this machine.

It is written from NP6's documents and imports nothing of the rest of the package: a second reading of the same
documents, so that one mistake cannot hide in both.
"""

from __future__ import annotations

from airflow_provider_np6.sandbox.options import (
    ASSUMPTIONS,
    Assumption,
    Assumptions,
    BadOptionError,
    SandboxOptions,
)
from airflow_provider_np6.sandbox.reactions import RATES
from airflow_provider_np6.sandbox.running import RunningSandbox, running_sandbox, serve

__all__ = [
    "ASSUMPTIONS",
    "RATES",
    "Assumption",
    "Assumptions",
    "BadOptionError",
    "RunningSandbox",
    "SandboxOptions",
    "running_sandbox",
    "serve",
]
