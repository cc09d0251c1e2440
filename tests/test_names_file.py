"""The operator's names file: its two forms, its faults by line, and what it does to an article's speakers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import NamesFileError, SettingsError
from service.formats.wire import extraction_to_dict
from service.model import Article, Link, Resolution, Speaker, SpeakerKind
from service.names_file import COLUMNS, read_csv, read_jsonl, read_names_file
from service.parse.article_parser import ArticleParser
from service.pipeline import Pipeline
from service.speakers.known import KnownSpeaker, KnownSpeakers, link_known

EXAMPLE = Path(__file__).parents[1] / "corpus" / "names.csv"
DOCUMENT = Path(__file__).parents[1] / "docs" / "names-file.md"
PERSON, ORGANISATION = SpeakerKind.PERSON, SpeakerKind.ORGANISATION
MAY_2022 = datetime(2022, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def known() -> KnownSpeakers:
    return read_names_file(EXAMPLE)


def test_both_forms_give_the_same_rows() -> None:
    table = "name,aliases,id,role,from,to,kind\nIlse Brandvik,Brandvik; Iron Ilse,1,Prime Minister,2021-06,2026,\n"
    record = {
        "name": "Ilse Brandvik",
        "aliases": ["Brandvik", "Iron Ilse"],
        "id": "1",
        "role": "Prime Minister",
        "from": "2021-06",
        "to": "2026",
    }
    wanted = KnownSpeaker(
        id="1",
        name="Ilse Brandvik",
        aliases=("Brandvik", "Iron Ilse"),
        role="Prime Minister",
        since=date(2021, 6, 1),
        until=date(2026, 12, 31),
    )
    assert read_csv(table) == read_jsonl(f"\n{json.dumps(record)}\n") == ((wanted,), ())


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("", "line 1: there is no column 'name'"),
        ("name,id,born\n", "line 1: got the column 'born', allowed are name, aliases, id,"),
        ("name,id,id\n", "line 1: a column is named twice"),
        ("name,id\nA B,\n", "line 2: id: got nothing, every row needs one"),
        ("name,id\n ,1\n", "line 2: name: got nothing"),
        ("name,id\nA B,1\nC D,1\n", "line 3: id: '1' is A B (person) in line 2; one id is one name"),
        ("name,id\nA B,1,x\n", "line 2: more values than columns"),
        ("name,id,from\nA B,1,2021-13\n", "line 2: from: got '2021-13', allowed is YYYY, YYYY-MM or YYYY-MM-DD"),
        ("name,id,from\nA B,1,2023-02-29\n", "line 2: from: got '2023-02-29'"),
        ("name,id,to\nA B,1,0000\n", "line 2: to: got '0000'"),
        ("name,id,from,to\nA B,1,2022,2021\n", "line 2: from: 2022 is after to: 2021"),
        ("name,id,kind\nA B,1,group\n", "line 2: kind: got 'group', allowed is person or organisation"),
        ('name,id\n"A B,1\n', "no CSV"),
    ],
)
def test_faults_of_a_csv(source: str, fault: str) -> None:
    rows, faults = read_csv(source)
    assert len(faults) == 1 or fault.startswith("line 1")
    assert fault in faults[0]
    assert len(rows) <= 1


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 2: no JSON"),
        ("[]", "line 2: got list, wanted is an object"),
        ('{"name": "C D", "id": 2}', "line 2: id: got int, allowed is a string"),
        ('{"name": "C D", "id": "2", "born": ""}', "line 2: got the key 'born'"),
        ('{"name": "C D", "id": "2", "aliases": [1]}', "line 2: aliases: allowed is a list of strings"),
    ],
)
def test_faults_of_a_jsonl(line: str, fault: str) -> None:
    rows, faults = read_jsonl(f'{{"name": "A B", "id": "1"}}\n{line}\n')
    assert [row.id for row in rows] == ["1"]
    assert fault in faults[0]


def test_every_fault_is_in_one_message_and_a_long_list_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("name,id\n" + "A B,\n" * 30, encoding="utf-8-sig")
    with pytest.raises(SettingsError) as raised:
        read_names_file(path)
    assert isinstance(raised.value, NamesFileError)
    assert "names.csv: line 2: id" in str(raised.value)
    assert "line 21: id" in str(raised.value)
    assert str(raised.value).endswith("and 10 more")


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("names.xlsx", b"name,id\n", "allowed is .csv or .jsonl"),
        ("names.csv", b"name,id\nM\xe4r,1\n", "no UTF-8: bad byte at 9"),
        ("none.csv", None, "cannot be read: No such file"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes | None, fault: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NamesFileError, match=fault):
        read_names_file(path)


@given(st.text(), st.sampled_from([read_csv, read_jsonl]))
def test_no_text_breaks_the_readers(source: str, read: object) -> None:
    rows, faults = read(source)  # type: ignore[operator]
    assert all(fault.startswith("line ") for fault in faults)
    assert all(row.name and row.id for row in rows)


@pytest.mark.parametrize(
    ("description", "day", "name"),
    [
        ("the prime minister", date(2022, 5, 1), "Ilse Brandvik"),
        ("the prime minister of Varland", date(2022, 5, 1), "Ilse Brandvik"),
        ("Varland’s prime minister", date(2022, 5, 1), "Ilse Brandvik"),
        ("the prime minister", date(2019, 5, 1), "Henrik Solberg"),
        ("the foreign minister", date(2026, 10, 22), "Karin Erlend"),
        ("the finance minister", date(2026, 10, 22), "Tomas Erlend"),
        ("the mayor of Dunmore Falls", date(2026, 8, 1), "Denise Alvarado"),
        # before anybody, another office, another place
        ("the prime minister", date(2001, 5, 1), None),
        ("the deputy prime minister", date(2022, 5, 1), None),
        ("the former prime minister", date(2022, 5, 1), None),
        ("the prime minister of Estmark", date(2022, 5, 1), None),
        ("the minister", date(2026, 10, 22), None),
        ("the mayor of Port Tarrow", date(2026, 8, 1), None),
    ],
)
def test_an_office_is_a_person_by_date(known: KnownSpeakers, description: str, day: date, name: str | None) -> None:
    assert [row.name for row in known.by_office(description, day)] == ([name] if name else [])


def resolved(*speakers: Speaker) -> Resolution:
    links = tuple(Link(speaker=i, certainty=0.8, evidence=("as found",)) for i in range(len(speakers)))
    return Resolution(speakers=speakers, links=(*links, Link(speaker=None, certainty=0.5)))


def test_an_office_is_linked_with_its_evidence(known: KnownSpeakers) -> None:
    found = link_known(resolved(Speaker(name="the prime minister", kind=PERSON)), known, MAY_2022)
    assert found.speakers == (
        Speaker(name="Ilse Brandvik", kind=PERSON, role="the prime minister", reference="vl-brandvik"),
    )
    said = "names file: the prime minister on 2022-05-01 -> Ilse Brandvik (vl-brandvik)"
    assert found.links[0] == Link(speaker=0, certainty=0.72, evidence=("as found", said))
    assert found.links[1].speaker is None


def test_the_office_and_the_name_of_one_article_become_one_speaker(known: KnownSpeakers) -> None:
    office = Speaker(name="the prime minister", kind=PERSON)
    name = Speaker(name="Brandvik", kind=PERSON)
    other = Speaker(name="Marta Kolbe", kind=PERSON, role="Harvest leader")
    found = link_known(resolved(office, other, name), known, MAY_2022)
    assert [(s.name, s.reference) for s in found.speakers] == [
        ("Ilse Brandvik", "vl-brandvik"),
        ("Marta Kolbe", "vl-kolbe"),
    ]
    assert [link.speaker for link in found.links] == [0, 1, 0, None]
    assert found.speakers[0].aliases == ("Brandvik",)


@pytest.mark.parametrize(
    ("speaker", "published_at"),
    [
        (Speaker(name="the prime minister", kind=PERSON), None),
        (Speaker(name="a prime minister", kind=PERSON), MAY_2022),
        (Speaker(name="the prime minister", kind=SpeakerKind.GROUP), MAY_2022),
        (Speaker(name="Tomas Erlend", kind=PERSON, role="a nurse"), MAY_2022),
        (Speaker(name="Ilse Brandt", kind=PERSON), MAY_2022),
        (Speaker(name="Harvest", kind=PERSON), MAY_2022),
    ],
)
def test_what_the_file_does_not_tell_stays_as_it_is(
    known: KnownSpeakers, speaker: Speaker, published_at: datetime | None
) -> None:
    assert link_known(resolved(speaker), known, published_at) == resolved(speaker)


def test_two_that_fit_equally_well_link_nobody_and_are_named(known: KnownSpeakers) -> None:
    handover = datetime(2021, 6, 14, tzinfo=UTC)
    speaker = Speaker(name="the prime minister", kind=PERSON)
    found = link_known(resolved(speaker), known, handover)
    assert found.speakers == (speaker,)
    assert "Ilse Brandvik (vl-brandvik) or Henrik Solberg (vl-solberg)" in found.links[0].evidence[-1]


def test_organisations_have_ids_too(known: KnownSpeakers) -> None:
    found = link_known(resolved(Speaker(name="Harvest", kind=ORGANISATION)), known, None)
    assert found.speakers[0].reference == "vl-harvest"


def test_the_document_names_every_column() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"`{column}`" in text for column in COLUMNS)


def test_the_pipeline_asks_the_file(parser: ArticleParser, known: KnownSpeakers) -> None:
    pipeline = Pipeline(parser, max_chars=1000, known=known)
    text = "“We will pay,” the prime minister said. “Not today.”"
    [speaker] = pipeline.extract(Article(text=text, published_at=MAY_2022)).speakers
    assert (speaker.name, speaker.reference) == ("Ilse Brandvik", "vl-brandvik")
    [speaker] = Pipeline(parser, max_chars=1000).extract(Article(text=text, published_at=MAY_2022)).speakers
    assert (speaker.name, speaker.reference) == ("the prime minister", None)


def test_the_id_is_on_the_wire(parser: ArticleParser, known: KnownSpeakers) -> None:
    text = "“We will pay,” the prime minister said. “Not today,” Raj Nair said."
    extraction = Pipeline(parser, max_chars=1000, known=known).extract(Article(text=text, published_at=MAY_2022))
    shown = extraction_to_dict(extraction)
    assert [quote["speaker"]["reference"] for quote in shown["quotes"]] == ["vl-brandvik", None]
    assert [speaker["reference"] for speaker in shown["speakers"]] == ["vl-brandvik", None]
