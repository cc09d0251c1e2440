"""Names read out of treebanks and silver labels: one row a rule, with rows where nothing may happen."""

from pathlib import Path

import pytest

from training.pack.names import Name, NamedSentence, TreebankWord, from_tags, read_treebank, tokens
from training.pack.names_corrected import corrected
from training.pack.names_gum import named
from training.pack.names_silver import mend
from training.pack.prepare import without_held_out

TITLES = frozenset({"president", "dr", "mayor"})


def sentence(marked: str) -> NamedSentence:
    """`Ada/PER Byron/PER left` as a sentence; a leading + glues a word to the one before."""
    pairs = [word.partition("/") for word in marked.split()]
    words = [word.removeprefix("+") for word, _, _ in pairs]
    return from_tags(words, [kind or "O" for _, _, kind in pairs], [word.startswith("+") for word, _, _ in pairs])


def marked(found: NamedSentence) -> str:
    kinds = [tag.rpartition("-")[2] for tag in found.tags()]
    return " ".join(w if k == "O" else f"{w}/{k}" for w, k in zip(found.words, kinds, strict=True))


def gum(rows: str) -> list[TreebankWord]:
    """One word a line: form, tag, GUM's entity brackets."""
    fields = [line.split() for line in rows.strip().splitlines()]
    return [TreebankWord(form=f[0], xpos=f[1], glued=False, entity="".join(f[2:])) for f in fields]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("Mara NNP (1-person-new-n-cf1-1,2-sgl\nQuill NNP 1)", "Mara/PER Quill/PER"),
        # a phrase with no proper noun at its core is no name
        ("the DT (1-person-new-n-cf1-2-sgl\nmayor NN 1)", "the mayor"),
        # neither is an office, though it is written with capitals
        ("the DT (1-person-new-n-cf1-2-sgl\nMayor NNP 1)", "the Mayor"),
        (
            "Harborian JJ (1-person-new-n-cf1-3,4-sgl\nPresident NNP\nMara NNP\nQuill NNP 1)",
            "Harborian President Mara/PER Quill/PER",
        ),
        # the longest of nested names, without the article
        (
            "the DT (1-organization-new-n-cf1-2-sgl\nBank NNP\nof IN\nTarn NNP (2-place-new-n-cf2-1-sgl)1)",
            "the Bank/ORG of/ORG Tarn/ORG",
        ),
        # two people joined by a conjunction are two names
        (
            "Mara NNP (1-person-new-n-cf1-1-sgl(2-person-new-n-cf1-1-x)\nand CC\nOlaf NNP (3-person-new-n-cf1-1-x)1)",
            "Mara/PER and Olaf/PER",
        ),
        ("May NNP (1-time-new-n-cf1-1-sgl)", "May"),
        ("Tarnish NNPS (1-person-new-n-cf1-1-sgl)", "Tarnish/MISC"),
    ],
)
def test_gum_entities_become_names(rows: str, expected: str) -> None:
    assert marked(named(gum(rows), titles=TITLES)) == expected


def test_silver_kinds_are_settled_by_the_clear_majority() -> None:
    often = [sentence("Quill/PER spoke")] * 9
    mended = mend({"a": often, "b": [sentence("Quill/LOC spoke"), sentence("Tarn/LOC slept")]})
    assert [marked(s) for s in mended["b"]] == ["Quill/PER spoke", "Tarn/LOC slept"]


def test_silver_kinds_stay_where_no_kind_is_clear() -> None:
    mended = mend({"a": [sentence("Quill/PER spoke")] * 5, "b": [sentence("Quill/LOC spoke")] * 5})
    assert marked(mended["b"][0]) == "Quill/LOC spoke"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Dr./PER Quill/PER spoke", "Dr. Quill/PER spoke"),
        ("Quill/PER University/PER closed", "Quill/ORG University/ORG closed"),
        ("Quill/PER Quillson/PER spoke", "Quill/PER Quillson/PER spoke"),
    ],
)
def test_silver_names_lose_titles_and_keep_bodies(given: str, expected: str) -> None:
    assert marked(mend({"a": [sentence(given)]})["a"][0]) == expected


@pytest.mark.parametrize(
    ("found", "tags", "expected"),
    [
        ("Mara/PER -/PER", "NNP HYPH", "Mara/PER -"),
        # neither word is a proper noun, so there is no name
        ("Please/PER wait", "UH VB", "Please wait"),
        ("a Harborian/MISC ship", "DT JJ NN", "a Harborian/MISC ship"),
        # nobody says what kind of name Tarn is
        ("in Tarn", "IN NNP", None),
    ],
)
def test_found_names_are_corrected_by_the_tags(found: str, tags: str, expected: str | None) -> None:
    given = sentence(found)
    words = [
        TreebankWord(form=f, xpos=x, glued=False, entity="") for f, x in zip(given.words, tags.split(), strict=True)
    ]
    result = corrected(given, words)
    assert (marked(result) if result else None) == expected


def test_glued_words_are_one_token_and_their_name_covers_it() -> None:
    joined = tokens(sentence("Mara/PER Quill/PER +'s dog"))
    assert joined.words == ("Mara", "Quill's", "dog")
    assert joined.names == (Name(first=0, end=2, kind="PER"),)


def test_treebank_words_inside_a_token_are_glued(tmp_path: Path) -> None:
    rows = ["# sent_id = a", "1-2\tMara's" + "\t_" * 8]
    rows += [
        f"{i}\t{form}\t_\t_\t{tag}" + "\t_" * 5 for i, (form, tag) in enumerate([("Mara", "NNP"), ("'s", "POS")], 1)
    ]
    path = tmp_path / "tiny.conllu"
    path.write_text("\n".join([*rows, "", ""]), encoding="utf-8")
    ((identifier, words),) = read_treebank(path)
    assert identifier == "a"
    assert [(w.form, w.glued) for w in words] == [("Mara", False), ("'s", True)]


def test_documents_that_are_measured_on_are_not_trained_on(tmp_path: Path) -> None:
    held_out = tmp_path / "test.conllu"
    held_out.write_text("# newdoc id = b\n# sent_id = b-1\n\n", encoding="utf-8")
    treebank = "# newdoc id = a\n# sent_id = a-1\n\n# newdoc id = b\n# sent_id = b-9\n\n"
    assert without_held_out(treebank, [held_out]) == ("# newdoc id = a\n# sent_id = a-1\n\n", ["b"])
