"""Lemmas as rules: how a lemma is made from a form. A classifier picks the rule, so that lemmas cost no search.

A rule is written ``CASE;CUT;END``: ``CASE`` is ``l`` (lower the form first) or ``k`` (keep it); then ``CUT``
characters go from the end and ``END`` is put on. An irregular lemma is written whole: ``l=be``. In the manner of the
lemma scripts of UDPipe 2 (Straka 2018).

>>> rule("Studies", "study"), apply("l;3;y", "Parties")
('l;3;y', 'party')
>>> rule("was", "be"), apply("l=be", "were")
('l=be', 'be')
>>> rule("Ada", "Ada"), rule("ADA", "Ada")
('k;0;', 'k;2;da')
"""

from __future__ import annotations


def rule(form: str, lemma: str) -> str:
    """The rule that makes ``lemma`` of ``form``."""
    for case, base in (("l", form.lower()), ("k", form)):
        if case == "l" and lemma == form and lemma != base:
            continue
        same = 0
        while same < min(len(base), len(lemma)) and base[same] == lemma[same]:
            same += 1
        # what shares no beginning, or hardly any, is no ending but another word
        if same and len(base) - same <= max(3, len(base) // 2):
            return f"{case};{len(base) - same};{lemma[same:]}"
    return f"l={lemma}"


def apply(rule: str, form: str) -> str:
    """The lemma that ``rule`` makes of ``form``; the form itself where the rule would leave nothing."""
    if rule.startswith("l="):
        return rule[2:]
    case, cut, end = rule.split(";", 2)
    base = form.lower() if case == "l" else form
    keep = len(base) - int(cut)
    return base[:keep] + end if keep > 0 else form
