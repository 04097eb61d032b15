"""A made-up warehouse of contacts, as messy as real ones, the same for the same seed.

Everything is drawn from MD5 sums of the seed and the row number, inside DuckDB: a million rows take seconds
and no memory of ours, and the draw does not depend on a random generator's version. Every address is at a
domain reserved for examples; the phone numbers come from the range that the French regulator reserves for
fiction.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_np6.cli.demo.database import literal, opened

if TYPE_CHECKING:
    import duckdb

SEED = 2026

CIVILITIES = ("Mr", "Mrs", "Dr")
"""The labels of the sandbox's value list 51."""
INTERESTS = ("Sport", "Music", "Travel", "Cooking", "Books", "Café & thé")
"""The labels of the sandbox's value list 52."""

FIRST_NAMES = (
    "Jeanne", "Noël", "Zoë", "François", "Anaïs", "José", "Siân", "Renée", "Jürgen", "Chloé",
    "Søren", "Łukasz", "Marie-Ève", "Aïcha", "Björn", "Emma", "Liam", "Anna Lena", "D'Arcy",
    "Đorđe", "Ólafur", "Nuño", "Iñigo", "Max",
)  # fmt: skip
LAST_NAMES = (
    "O'Brien", "D'Angelo", "Müller", "Lefèvre", "Núñez", "Smith", "Saint-Exupéry", "van der Berg",
    "Null", "None", 'Dupont "Doc"', "Ødegård", "Kowalski", "Martin; Petit", "Nan", "Čapek",
    "Garçon", "Y", "Smith, Jr.", "True",
)  # fmt: skip
CITIES = (
    "Saint-Étienne", "L'Haÿ-les-Roses", "Paris; 11e", '"Lille"', " Lyon ", "München", "Zürich",
    "A Coruña", "Kraków", "N/A", "null", "Θεσσαλονίκη", "東京", "København | S", "0", "Nantes",
    "Québec", "São Paulo", "-", "Łódź",
)  # fmt: skip
NOTES = (
    'Says "call me"; prefers evenings', "first line\nsecond line", "Windows\r\nlines",
    "party 🎉 and 👩‍👩‍👧", "a|b|c", "tab\there", "it's; fine", "back\\slash \\n", "=1+1", "NULL",
    "café ☕", '"', '""', ";", "مرحبا بالعالم", "ends with a line break\n", "\n;\"';\n", "1e5",
    "007", "x" * 600,
)  # fmt: skip

_CREATE = """
CREATE OR REPLACE TABLE contacts (
    customer_id VARCHAR, email VARCHAR, civility VARCHAR, first_name VARCHAR, last_name VARCHAR,
    birth_date DATE, mobile VARCHAR, city VARCHAR, points INTEGER, basket DECIMAL(10, 2),
    interests VARCHAR[], notes VARCHAR, last_order_at TIMESTAMP, deleted_at TIMESTAMP
)
"""

# `i` is the row, `who` the person: a duplicate is a second row of an earlier person. `a`, `b` and `c` are 64
# random bits each, `a` of the person, `b` and `c` of the row. `fate` spreads 0..9999 evenly over any stretch
# of rows (the multiplier is the golden ratio of 10,000), so that the share of rejected rows is right for
# small tables too.
_DRAWN = """
WITH numbered AS (
    SELECT i,
        CASE WHEN {clean} THEN i WHEN i % 100 = 7 THEN i - 3 WHEN i % 1000 = 509 THEN i - 5 ELSE i END AS who,
        CASE WHEN {clean} THEN 9999 ELSE (i * 6181 + {offset}) % 10000 END AS fate
    FROM range({first}, {last}) AS rows(i)
), drawn AS (
    SELECT i, who, fate, md5_number_lower('{seed}:who:' || who) AS a,
        md5_number_lower('{seed}:row:' || i) AS b, md5_number_upper('{seed}:row:' || i) AS c
    FROM numbered
), person AS (
    SELECT *, pick(a, 0, {first_names}) AS first, pick(a, 8, {last_names}) AS last,
        pick(b, 0, {cities}) AS city, pick(b, 8, {notes}) AS note
    FROM drawn
), addressed AS (
    SELECT *, first.slug || '.' || last.slug || who || pick(a, 16, ['', '', '+news'])
        || pick(a, 24, ['@example.com', '@example.org', '@example.net']) AS address
    FROM person
)
"""

_ROWS = """
SELECT
    'C' || lpad(i::VARCHAR, 9, '0') AS customer_id,
    CASE
        WHEN fate < 40 THEN NULL
        WHEN fate < 55 THEN ''
        WHEN fate < 60 THEN '   '
        WHEN fate < 75 THEN first.slug || '.' || i || '.example.com'
        WHEN fate < 90 THEN first.slug || i || '@@example.org'
        WHEN fate < 105 THEN first.slug || ' ' || i || '@example.net'
        WHEN fate < 115 THEN '@' || i || '.example.com'
        WHEN fate < 125 THEN first.slug || i || '@'
        WHEN who <> i AND draw(b, 16, 2) = 0 THEN upper(address)
        WHEN who <> i THEN ' ' || address
        WHEN draw(b, 16, 100) < 5 THEN upper(address)
        WHEN draw(b, 16, 100) < 15 THEN upper(address[1]) || address[2:]
        WHEN draw(b, 16, 100) < 17 THEN '  ' || address || ' '
        ELSE address
    END AS email,
    CASE WHEN fate >= 125 AND fate < 165 THEN 'Sir'
        ELSE pick(b, 24, ['Mr', 'Mrs', 'Dr', 'Mr', 'Mrs', 'mr', 'MRS', '', NULL, NULL]) END AS civility,
    CASE WHEN draw(b, 28, 100) < 3 THEN NULL WHEN draw(b, 28, 100) < 4 THEN ''
        WHEN draw(b, 28, 1000) = 50 THEN repeat('é', 150) ELSE first.name END AS first_name,
    CASE WHEN fate >= 165 AND fate < 185 THEN repeat('Long', 38) ELSE last.name END AS last_name,
    CASE WHEN draw(b, 36, 100) < 4 THEN NULL WHEN draw(b, 36, 1000) = 50 THEN DATE '1904-02-29'
        ELSE DATE '1930-01-01' + draw(b, 36, 29000) END AS birth_date,
    CASE draw(b, 44, 10) WHEN 0 THEN NULL WHEN 1 THEN ''
        WHEN 2 THEN '+3363998' || lpad(draw(b, 48, 10000)::VARCHAR, 4, '0')
        ELSE '063998' || lpad(draw(b, 48, 10000)::VARCHAR, 4, '0') END AS mobile,
    CASE WHEN draw(c, 0, 100) < 6 THEN NULL WHEN draw(c, 0, 100) < 9 THEN '' ELSE city END AS city,
    CASE draw(c, 4, 50) WHEN 0 THEN 0 WHEN 1 THEN -5 WHEN 2 THEN 2000000000 WHEN 3 THEN NULL
        ELSE draw(c, 8, 20000) END AS points,
    CASE draw(c, 16, 50) WHEN 0 THEN 0 WHEN 1 THEN 0.10 WHEN 2 THEN -12.50 WHEN 3 THEN 12345678.90
        WHEN 4 THEN NULL ELSE (draw(c, 20, 90000) / 100)::DECIMAL(10, 2) END AS basket,
    CASE WHEN fate >= 185 AND fate < 220 THEN ['Sport', 'Astrology']
        WHEN draw(c, 32, 100) < 8 THEN NULL WHEN draw(c, 32, 100) < 12 THEN ['music', 'CAFÉ & THÉ', 'Books']
        ELSE list_where({interests}, [(c >> 37) % 3 = 0, (c >> 38) % 3 = 0, (c >> 39) % 3 = 0,
            (c >> 40) % 3 = 0, (c >> 41) % 3 = 0, (c >> 42) % 3 = 0]) END AS interests,
    CASE draw(c, 48, 10) WHEN 0 THEN '' WHEN 1 THEN note WHEN 2 THEN note || ' #' || i
        WHEN 3 THEN 'note ' || i END AS notes,
    CASE WHEN draw(c, 52, 5) > 0
        THEN TIMESTAMP '2019-01-01' + to_seconds(draw(c, 24, 240000000)) END AS last_order_at,
    NULL::TIMESTAMP AS deleted_at
FROM addressed
"""

# With this start of the spread the share stays below 5 % from 30 rows up, the newly invalid contacts
# included.
_OFFSET = 2500


def make_contacts(warehouse: Path, rows: int, seed: int = SEED) -> None:
    """Make the DuckDB file `warehouse` with a table `contacts` of `rows` rows.

    About 2.2 % of the rows are ones that a sync must reject (no e-mail, an invalid one, an unknown label, a
    name that is too long) and about 1 % repeat the key of an earlier row in another spelling.
    """
    with opened(warehouse) as connection:
        connection.execute(_CREATE)
        insert_contacts(connection, range(rows), seed)


def insert_contacts(
    connection: duckdb.DuckDBPyConnection, numbers: range, seed: int = SEED, *, clean: bool = False
) -> None:
    """Insert the contacts with these row numbers; `clean` ones are valid and have a key of their own."""
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO draw(bits, shift, n) AS ((bits >> shift) % n)::INTEGER;"
        "CREATE OR REPLACE TEMP MACRO pick(bits, shift, items) AS items[1 + draw(bits, shift, len(items))]"
    )
    drawn = _DRAWN.format(
        first=numbers.start,
        last=numbers.stop,
        seed=seed,
        clean=str(clean).lower(),
        offset=_OFFSET,
        first_names=_named(FIRST_NAMES),
        last_names=_named(LAST_NAMES),
        cities=_texts(CITIES),
        notes=_texts(NOTES),
    )
    connection.execute(f"INSERT INTO contacts {drawn} {_ROWS.format(interests=_texts(INTERESTS))}")


def _texts(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(literal(value) for value in values) + "]"


def _named(names: tuple[str, ...]) -> str:
    pairs = (f"{{'name': {literal(name)}, 'slug': {literal(_slug(name))}}}" for name in names)
    return "[" + ", ".join(pairs) + "]"


def _slug(name: str) -> str:
    """`name` as it stands in an e-mail address: plain letters, the apostrophe of O'Brien kept."""
    plain = unicodedata.normalize("NFKD", name).lower()
    return re.sub(r"[^a-z']", "", plain).strip("'") or "x"
