"""``/check``: a claimed quotation laid beside what is stored, the difference word by word."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request

from service.api.matching import answer_to
from service.api.schemas_matching import ClaimIn
from service.errors import ClaimError
from service.verdicts import NOT_FOUND_MEANS, Change, Claim, Evidence, Flag, Piece, Verdict, Verification
from service.web.asked import Asked, asked
from service.web.blueprint import blueprint

_NAMES = ("quote", "speaker", "from", "to")
# a longer address is cut off by some servers and mail programs
_LINKED = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """How a verdict is put: its word, a sentence, a sign, and the tone it is shown in."""

    word: str
    sentence: str
    sign: str
    tone: str


SAYINGS = {
    Verdict.VERBATIM: Saying(
        word="Verbatim", sentence="These words stand in a quotation, as they are claimed.", sign="✓", tone="good"
    ),
    Verdict.PARTIAL: Saying(
        word="Partial",
        sentence="The words stand in a quotation, but words around them that qualify them were left out.",
        sign="…",
        tone="warn",
    ),
    Verdict.ALTERED: Saying(word="Altered", sentence="Some of the words are others.", sign="≠", tone="warn"),
    Verdict.MISATTRIBUTED: Saying(
        word="Misattributed",
        sentence="The words were said, but somebody else is credited with them.",
        sign="⇄",
        tone="bad",
    ),
    Verdict.PARAPHRASED: Saying(
        word="Paraphrased",
        sentence="It is reported in other words, or in the outlet’s own: no quotation with these words was found.",
        sign="≈",
        tone="warn",
    ),
    Verdict.NOT_FOUND: Saying(
        word="Not found",
        sentence="No quotation with these words is stored. They may have been said all the same.",
        sign="○",
        tone="none",
    ),
}
FLAGS = {
    Flag.NEGATION: "a negation differs",
    Flag.NUMBER: "a number differs",
    Flag.NAME: "a name differs",
    Flag.MODAL: "how sure or bound it sounds differs (will, may, must)",
}


@blueprint.route("/check", methods=["GET", "POST"])
def check() -> tuple[str, int]:
    """Show the form, and the verdict on what it holds."""
    given = request.form if request.method == "POST" else request.args
    # an empty form is no mistake until it is sent
    if request.method == "GET" and not given.get("quote", "").strip():
        return _page(Asked(given={}, values={})), 200
    form = asked(ClaimIn(), given, _NAMES, needed={"quote": "the claimed words are missing"})
    if form.faults:
        return _page(form), 422
    values = form.values
    try:
        answer = answer_to(
            Claim(
                quote=values["quote"],
                speaker=values.get("speaker"),
                since=values.get("since"),
                until=values.get("until"),
            )
        )
    except ClaimError as error:
        faults = ((error.field, str(error)),)
        return _page(Asked(given=form.given, values=values, faults=faults)), 422
    return _page(form, answer), 200


def _page(form: Asked, answer: Verification | None = None) -> str:
    link = form.query() if answer else ""
    return render_template(
        "check.html",
        form=form,
        answer=answer,
        # the verdict's own sentence says it already
        notes=[note for note in answer.notes if note != NOT_FOUND_MEANS] if answer else [],
        sayings=SAYINGS,
        flags=FLAGS,
        link=link if len(link) <= _LINKED else None,
        apart=_apart,
    )


def _apart(found: Evidence) -> tuple[list[Piece], bool]:
    """The difference from the source to the claim, and whether there is one."""
    pieces = list(found.difference)
    return pieces, any(piece.kind is not Change.KEPT for piece in pieces)
