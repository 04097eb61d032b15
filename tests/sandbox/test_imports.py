"""Imports: bindings, sources, executions, features, and what files may look like."""

from __future__ import annotations

import gzip
import io
import socket
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conftest import FILE_HEADERS, Api, MakeApi, lines

IMPORT_TYPE = "application/vnd.mperf.v8.import.v1+json"
NO_DATE = "0001-01-01T00:00:00Z"


def database(update: bool = True, crush: bool = True) -> dict[str, Any]:
    return {"type": "database", "updateExisting": update, "crushData": crush}


def test_the_four_calls_of_an_import(api: Api) -> None:
    binding = api.binding()
    created = api("POST", "/imports/", {"name": "i", "binding": binding})
    definition = created.json()
    assert created.headers["Content-Type"] == IMPORT_TYPE
    assert definition["source"] == {"type": "file", "creationDate": NO_DATE, "filename": None}
    source = api.upload(definition["id"], lines("a@example.com;Ann;hello"))
    assert source.headers["Content-Type"] == IMPORT_TYPE
    assert source.json()["filename"].endswith("_c.csv")
    started = api("POST", f"/imports/{definition['id']}/executions", {"binding": binding})
    assert (started.status_code, started.json()["state"]) == (200, 0)
    assert started.headers["Content-Type"] == IMPORT_TYPE
    assert api.settled(definition["id"]) == 1
    assert api.named()["a@example.com"]["Firstname"] == "Ann"


def test_definitions(api: Api) -> None:
    feature = {"type": "duplicate", "rules": {"first": True}}
    number = api.define(7, feature)
    path = f"/imports/{number}"
    assert api("GET", path).json()["features"] == [feature]
    changed = api("PUT", path, {"name": "other", "binding": 8}).json()
    assert (changed["name"], changed["binding"], changed["features"]) == ("other", 8, [])
    assert [row["id"] for row in api("GET", "/imports").json()] == [number]
    assert [api("DELETE", path).status_code for _ in range(2)] == [204, 404]
    for suffix in ("", "/executions"):
        assert api("GET", path + suffix).status_code == 404
    assert api("PUT", path, {"name": "x"}).status_code == 404
    assert api.upload(number, "a").status_code == 404
    assert api("POST", f"{path}/executions", {}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"binding": 3},
        {"name": "i", "binding": "3"},
        {"name": "i", "features": {}},
        {"name": "i", "features": [{"type": "segment"}]},
        {"name": "i", "features": [{"type": "segmentation"}]},
        {"name": "i", "features": [{"type": "report", "sendFinalReport": True}]},
    ],
)
def test_definitions_that_are_400(api: Api, body: dict[str, Any]) -> None:
    assert api("POST", "/imports", body).status_code == 400


def test_bindings(api: Api) -> None:
    number = api.binding(name="mine")
    found = api("GET", f"/importFormats/{number}").json()
    assert found["identifier"] == {"guid": number}
    assert found["binds"][0] == {"columnIndex": 0, "fieldId": 8103}
    body = {key: found[key] for key in ("name", "separator", "startAt", "binds")}
    assert api("POST", "/importFormats/", body).status_code == 409
    wrong: list[dict[str, Any]] = [
        {"binds": [{"columnIndex": 0, "fieldId": 1}]},
        {"binds": []},
        {"separator": ";"},
        {"startAt": None},
        {"name": ""},
    ]
    for change in wrong:
        assert api("POST", "/importFormats", {**body, "name": "other", **change}).status_code == 400
    assert api("GET", "/importFormats/1").status_code == 404


def test_quotes_separators_and_line_breaks_in_a_file(api: Api) -> None:
    notes = 'two\nlines; "quoted" and an emoji 🙂'
    row = 'o\'brien@example.com;"O;B";"' + notes.replace('"', '""') + '"'
    assert api.bring(lines(row, "", "b@example.com;Bé;x\r")) == 1
    found = api.named()
    assert found["o'brien@example.com"]["Notes"] == notes
    assert found["o'brien@example.com"]["Firstname"] == "O;B"
    assert found["b@example.com"]["Notes"] == "x"


def test_windows_line_ends_and_byte_order_mark(api: Api) -> None:
    content = b"\xef\xbb\xbf" + lines("a@example.com;Ann;x").replace("\n", "\r\n").encode()
    assert api.bring(content) == 1
    assert api.named()["a@example.com"]["Notes"] == "x"


@pytest.mark.parametrize(
    ("start", "assumed", "emails"),
    [
        (0, "0-based", ["0@example.com", "1@example.com", "2@example.com"]),
        (1, "0-based", ["1@example.com", "2@example.com"]),
        (2, "0-based", ["2@example.com"]),
        (1, "1-based", ["0@example.com", "1@example.com", "2@example.com"]),
        (2, "1-based", ["1@example.com", "2@example.com"]),
    ],
)
def test_start_at(make_api: MakeApi, start: int, assumed: str, emails: list[str]) -> None:
    api = make_api(assume={"start-at": assumed})
    number = api.define(api.binding((8103,), startAt=start))
    api.upload(number, "".join(f"{line}@example.com\n" for line in range(3)))
    assert api.execute(number) == 1
    assert list(api.named()) == emails


def test_ignored_columns_and_other_separators(api: Api) -> None:
    number = api.define(api.binding((8104, -10, 8103), separator=ord("\t")))
    api.upload(number, "first\tx\temail\nAnn\tsecret\ta@example.com\textra\n")
    assert api.execute(number) == 1
    found = api.named()["a@example.com"]
    assert found["Firstname"] == "Ann"
    assert "secret" not in found.values()


@pytest.mark.parametrize(
    ("field", "cell", "read"),
    [
        (8105, "1980-05-17", "1980-05-17T00:00:00Z"),
        (8105, "17/05/1980", "1980-05-17T00:00:00Z"),
        (8112, "2016-07-30T11:01:00+02:00", "2016-07-30T09:01:00Z"),
        (8108, "42", 42),
        (8109, "12.50", 12.5),
        (8101, "mRS", "Mrs"),
        (8110, "Sport|café & thé", ["Sport", "Café & thé"]),
        (8106, "06 06 06 06 06", "06 06 06 06 06"),
        (8107, "", None),
    ],
)
def test_cells(api: Api, field: int, cell: str, read: object) -> None:
    assert api.bring(f"e;v\na@example.com;{cell}\n", columns=(8103, field)) == 1
    name = next(row["name"] for row in api("GET", "/fields").json() if row["id"] == field)
    assert api.named()["a@example.com"][name] == read


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        (8105, "31/02/1980"),
        (8108, "12,5"),
        (8108, "1_0"),
        (8109, "nan"),
        (8101, "Lord"),
        (8110, "Sport|Chess"),
        (8104, "x" * 151),
    ],
)
def test_a_line_with_a_bad_cell_is_dropped_without_a_word(api: Api, field: int, cell: str) -> None:
    rows = ("first@example.com;", f"a@example.com;{cell}", "last@example.com;")
    assert api.bring("\n".join(("e;v", *rows)), columns=(8103, field)) == 1
    assert list(api.named()) == ["first@example.com", "last@example.com"]


@pytest.mark.parametrize("email", ["", "  ", "no address", "a@example", "a b@example.com", "a@@example.com"])
def test_a_line_with_a_bad_email_is_dropped_without_a_word(api: Api, email: str) -> None:
    assert api.bring(lines("first@example.com;Ann;x", f"{email};Bob;x", " last@example.com ;Cy;x")) == 1
    assert list(api.named()) == ["first@example.com", "last@example.com"]


def test_a_short_line_is_dropped(api: Api) -> None:
    assert api.bring(lines("a@example.com;Ann", "b@example.com;Bob;x")) == 1
    assert list(api.named()) == ["b@example.com"]


@pytest.mark.parametrize(
    ("feature", "city", "notes"),
    [
        ([], None, "new"),
        ([database()], None, "new"),
        ([database(crush=False)], "Lyon", "new"),
        ([database(update=False)], "Lyon", None),
    ],
)
def test_existing_targets(api: Api, feature: list[dict[str, Any]], city: str | None, notes: str | None) -> None:
    before = api.create("a@example.com", City="Lyon", Birthdate="1980-01-01")
    content = "e;c;n\nA@example.com;;new\nb@example.com;Nice;n\n"
    assert api.bring(content, *feature, columns=(8103, 8107, 8111)) == 1
    first, second = api.sandbox.targets()
    assert first["id"] == before["id"]
    assert (first["fields"]["City"], first["fields"]["Notes"]) == (city, notes)
    assert first["fields"]["Birthdate"] == "1980-01-01T00:00:00Z"
    assert second["fields"]["City"] == "Nice"


def test_without_crush_values_already_there_stay(api: Api) -> None:
    api.create("a@example.com", Notes="old")
    assert api.bring(lines("a@example.com;Ann;new"), database(crush=False)) == 1
    assert api.named()["a@example.com"]["Notes"] == "old"


@pytest.mark.parametrize("update", [True, False])
@pytest.mark.parametrize("crush", [True, False])
@pytest.mark.parametrize(
    ("rule", "expected"),
    [(None, ("3", "z")), ("first", ("1", "x")), ("last", ("3", "z")), ("ignore", None)],
)
def test_duplicates_in_a_file(
    api: Api, rule: str | None, expected: tuple[str, str] | None, crush: bool, update: bool
) -> None:
    features = [database(update, crush)]
    if rule is not None:
        features.append({"type": "duplicate", "rules": {rule: True}})
    rows = ("a@example.com;1;x", "A@example.com ;bad line", "b@example.com;9;y", "A@Example.com;3;z")
    assert api.bring(lines(*rows), *features) == 1
    found = {email.lower(): fields for email, fields in api.named().items()}
    assert found["b@example.com"]["Firstname"] == "9"
    if rule is None and not crush:
        expected = ("1", "x")  # a later line fills only what is empty
    if expected is None:
        assert "a@example.com" not in found
    else:
        assert (found["a@example.com"]["Firstname"], found["a@example.com"]["Notes"]) == expected


def test_duplicates_far_apart(api: Api) -> None:
    rows = [f"p{number % 4000}@example.com;{number};x" for number in range(6000)]
    assert api.bring(lines(*rows), {"type": "duplicate", "rules": {"ignore": True}}) == 1
    assert api("GET", "/targets/count").json() == {"targetsCount": 2000}


@pytest.mark.parametrize(("key", "emptied"), [("emptyExisitingSegment", True), ("emptyExistingSegment", False)])
def test_segmentation_and_its_misspelt_key(api: Api, key: str, emptied: bool) -> None:
    segment, old = api.segment(), api.create("old@example.com")["id"]
    api("PUT", f"/segments/{segment}/targets", [old])
    feature = {"type": "segmentation", "segmentId": segment, key: True}
    assert api.bring(lines("a@example.com;Ann;x", "bad;Bob;x"), feature) == 1
    members = api("GET", f"/segments/{segment}/targets").json()
    assert (old in members) is not emptied
    assert len(members) == (1 if emptied else 2)


@pytest.mark.parametrize(
    ("key", "assumed", "marked"), [("mail", "mail", 1), ("email", "mail", 0), ("email", "both", 1)]
)
def test_red_list_feature(make_api: MakeApi, key: str, assumed: str, marked: int) -> None:
    api = make_api(assume={"redlist-key": assumed})
    feature = {"type": "redList", "destination": {key: True, "sms": True}}
    assert api.bring(lines("a@example.com;Ann;x"), feature) == 1
    found = api("GET", "/targets/redlist/mail").json()
    assert [row["origin"] for row in found] == [2] * marked
    assert len(api("GET", "/targets/redlist/sms").json()) == 1


def test_features_without_effect_are_accepted(api: Api) -> None:
    report = {"type": "report", "sendFinalReport": True, "sendErrorReport": True, "contactGuids": ["044EAE5A"]}
    normalization = {"type": "normalization", "fields": {"8106": ["FRA"]}}
    assert api.bring(lines("a@example.com;Ann;x"), report, normalization) == 1


@pytest.mark.parametrize(
    "case",
    ["no source", "no binding", "unknown binding", "no unicity", "unknown segment", "dynamic segment", "not text"],
)
def test_what_ends_in_state_2(api: Api, case: str) -> None:
    binding = {"no binding": None, "unknown binding": 1, "no unicity": api.binding((8104, 8111), name="x")}
    features = {
        "unknown segment": [{"type": "segmentation", "segmentId": 9999}],
        "dynamic segment": [{"type": "segmentation", "segmentId": api.segment(kind="dynamic")}],
    }
    number = api.define(binding.get(case, api.binding()), *features.get(case, []))
    if case != "no source":
        api.upload(number, b"e;f;n\n\xff\xfe;x;y\n" if case == "not text" else lines("a@example.com;Ann;x"))
    assert api.execute(number) == 2
    assert api.sandbox.targets() == []


def test_an_unclosed_quote_does_not_import_the_rest(api: Api) -> None:
    rows = [f'p{number}@example.com;"Ann;x' if number == 5 else f"p{number}@example.com;Ann;x" for number in range(50)]
    assert api.bring(lines(*rows)) in (1, 2)
    assert len(api.named()) == 5


@pytest.mark.parametrize(("answer", "status", "body"), [("404", 404, b""), ("204", 204, b""), ("0", 200, None)])
def test_state_before_any_execution(make_api: MakeApi, answer: str, status: int, body: bytes | None) -> None:
    api = make_api(assume={"never-run": answer})
    found = api("GET", f"/imports/{api.define(None)}/executions")
    assert found.status_code == status
    assert found.content == body if body is not None else found.json() == {"state": 0}


def test_an_execution_takes_its_time_and_a_second_one_is_409(make_api: MakeApi) -> None:
    api = make_api(import_seconds=0.4)
    number = api.define(api.binding())
    api.upload(number, lines("a@example.com;Ann;x"))
    path, began = f"/imports/{number}/executions", time.monotonic()
    assert api("POST", path, {}).status_code == 200
    assert api("GET", path).json() == {"state": 0}
    assert api("POST", path, {}).status_code == 409
    assert api.settled(number) == 1
    assert time.monotonic() - began >= 0.4
    assert api.execute(number) == 1


def test_executions_can_queue(make_api: MakeApi) -> None:
    api = make_api(import_seconds=0.2, assume={"while-running": "queue"})
    number = api.define(api.binding())
    api.upload(number, lines("a@example.com;Ann;x"))
    began = time.monotonic()
    for _ in range(2):
        assert api("POST", f"/imports/{number}/executions", {}).status_code == 200
    assert api.settled(number) == 1
    assert time.monotonic() - began >= 0.4


def test_a_start_may_change_the_definition(api: Api) -> None:
    segment, number = api.segment(), api.define(None)
    api.upload(number, lines("a@example.com;Ann;x"))
    body = {"binding": api.binding(), "features": [{"type": "segmentation", "segmentId": segment}]}
    assert api("POST", f"/imports/{number}/executions", body).json()["content"]["features"] == body["features"]
    assert api.settled(number) == 1
    assert api("GET", f"/segments/{segment}").json()["targetsCount"] == 1
    assert api("GET", f"/imports/{number}").json()["binding"] == body["binding"]


def test_the_file_may_come_with_the_start(api: Api) -> None:
    number = api.define(api.binding())
    answer = api("POST", f"/imports/{number}/executions", data=lines("a@example.com;Ann;x"), headers=FILE_HEADERS)
    assert answer.status_code == 200
    assert api.settled(number) == 1
    assert list(api.named()) == ["a@example.com"]


def test_multipart_upload(api: Api) -> None:
    number = api.define(api.binding())
    files = {"data": ("contacts.csv", lines("a@example.com;Ann;x"), "text/csv")}
    odd = {"Content-Disposition": "form-data; filename=import.csv"}
    answer = api("PUT", f"/imports/{number}/source", files=files, headers=odd)
    assert answer.json()["filename"].endswith("_contacts.csv")
    assert api.execute(number) == 1
    assert list(api.named()) == ["a@example.com"]
    assert api("PUT", f"/imports/{number}/source", files={"x": (None, "no file")}).status_code == 400


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("c.csv", content)
    return buffer.getvalue()


def tarred(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("c.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, zipped, tarred])
def test_packed_sources(api: Api, pack: Callable[[bytes], bytes]) -> None:
    assert api.bring(pack(lines("a@example.com;Ann;x").encode())) == 1
    assert list(api.named()) == ["a@example.com"]


def test_an_upload_that_breaks_off_leaves_the_source_before(api: Api, capfd: pytest.CaptureFixture[str]) -> None:
    number = api.define(api.binding())
    api.upload(number, lines("a@example.com;Ann;x"))
    address = urlsplit(api.sandbox.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        head = f"PUT /imports/{number}/source HTTP/1.1\r\nHost: {address.netloc}\r\nX-Key: {api.sandbox.key}\r\n"
        kind = "Content-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\n"
        connection.sendall((head + kind + lines("b@example.com;Bob;x")).encode())
        time.sleep(0.1)
    time.sleep(0.1)
    assert api.execute(number) == 1
    assert list(api.named()) == ["a@example.com"]
    sources = api.sandbox.store.with_name(api.sandbox.store.name + "-sources")
    assert [path.suffix for path in sources.iterdir()] == [".source"]
    assert capfd.readouterr().err == ""


def test_a_name_with_a_path_stays_a_name(api: Api) -> None:
    number = api.define(api.binding())
    headers = {**FILE_HEADERS, "Content-Disposition": 'form-data; filename="../../etc/x_y.csv"'}
    answer = api("PUT", f"/imports/{number}/source", data=lines("a@example.com;Ann;x"), headers=headers)
    assert answer.json()["filename"].endswith("_x_y.csv")
    assert api.execute(number) == 1


def test_the_api_answers_and_writes_while_a_large_import_runs(api: Api) -> None:
    number = api.define(api.binding())
    api.upload(number, lines(*(f"p{n}@example.com;Ann;note {n}" for n in range(150_000))))
    api("POST", f"/imports/{number}/executions", {})
    slowest, written = 0.0, 0
    while api("GET", f"/imports/{number}/executions").json()["state"] == 0:
        began = time.monotonic()
        written += api("PUT", "/targets", {"Email": f"w{written}@example.com"}).status_code == 200
        slowest = max(slowest, time.monotonic() - began)
    assert written >= 2
    assert slowest < 5
    assert api("GET", "/targets/count").json() == {"targetsCount": 150_000 + written}


def test_two_imports_and_many_writers_at_once(api: Api) -> None:
    numbers = []
    for part in range(2):
        number = api.define(api.binding(name=f"f{part}"))
        api.upload(number, lines(*(f"p{part}.{n}@example.com;Ann;x" for n in range(20_000))))
        numbers.append(number)

    def write(worker: int) -> None:
        own = Api(api.sandbox)
        for n in range(50):
            assert own("PUT", "/targets", {"Email": f"w{worker}.{n}@example.com"}).status_code == 200

    for number in numbers:
        api("POST", f"/imports/{number}/executions", {})
    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [api.settled(number) for number in numbers] == [1, 1]
    assert api("GET", "/targets/count").json() == {"targetsCount": 40_000 + 200}
