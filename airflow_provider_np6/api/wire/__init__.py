"""Every odd spelling of NP6's wire, and nothing else: media types, misspelt keys, magic numbers, body shapes.

One file per subject. The documents are in ``docs/contract``; the evidence keys (D-.., L-.., O-.., and page ids such as
``actionmanagement/e17d7a58``) are theirs.
"""

from __future__ import annotations

from airflow_provider_np6.api.wire.actions import (
    action_body,
    mail_message_body,
    proof_body,
    unvalidation_body,
    validation_body,
)
from airflow_provider_np6.api.wire.events import (
    archive_window,
    creation_window,
    event_window,
    reactivity_window,
    red_list_window,
)
from airflow_provider_np6.api.wire.fields import field_to_json, value_list_to_json
from airflow_provider_np6.api.wire.imports import (
    IGNORED_COLUMN,
    feature_from_json,
    feature_to_json,
    import_format_from_json,
    import_format_id,
    import_format_to_json,
    import_from_json,
    is_same_import_format,
)
from airflow_provider_np6.api.wire.media import (
    BULK_DELETE_JSON,
    EMAIL,
    EMAIL_V4,
    FIELD_FILTER,
    IMPORT_JSON,
    JSON,
    MAIL_ARCHIVE,
    OCTET_STREAM,
    SMS,
    UNICITY,
    content_disposition,
    dumps,
    instant,
)
from airflow_provider_np6.api.wire.messages import (
    contact_reference_to_json,
    execution_to_json,
    media_type_of,
    recipient_to_json,
    render_links_to_json,
    render_to_json,
    stamp_to_json,
)
from airflow_provider_np6.api.wire.targets import (
    MEMBERS_PER_CALL,
    bulk_delete_by_id,
    bulk_delete_by_unicity,
    bulk_delete_of_segment,
    field_filter,
    is_bulk_delete,
    is_reserved_target_id,
    joined_unicity,
    reference_query,
    unicity_query,
)
from airflow_provider_np6.api.wire.values import FieldValue, field_value

__all__ = [
    "BULK_DELETE_JSON",
    "EMAIL",
    "EMAIL_V4",
    "FIELD_FILTER",
    "IGNORED_COLUMN",
    "IMPORT_JSON",
    "JSON",
    "MAIL_ARCHIVE",
    "MEMBERS_PER_CALL",
    "OCTET_STREAM",
    "SMS",
    "UNICITY",
    "FieldValue",
    "action_body",
    "archive_window",
    "bulk_delete_by_id",
    "bulk_delete_by_unicity",
    "bulk_delete_of_segment",
    "contact_reference_to_json",
    "content_disposition",
    "creation_window",
    "dumps",
    "event_window",
    "execution_to_json",
    "feature_from_json",
    "feature_to_json",
    "field_filter",
    "field_to_json",
    "field_value",
    "import_format_from_json",
    "import_format_id",
    "import_format_to_json",
    "import_from_json",
    "instant",
    "is_bulk_delete",
    "is_reserved_target_id",
    "is_same_import_format",
    "joined_unicity",
    "mail_message_body",
    "media_type_of",
    "proof_body",
    "reactivity_window",
    "recipient_to_json",
    "red_list_window",
    "reference_query",
    "render_links_to_json",
    "render_to_json",
    "stamp_to_json",
    "unicity_query",
    "unvalidation_body",
    "validation_body",
    "value_list_to_json",
]
