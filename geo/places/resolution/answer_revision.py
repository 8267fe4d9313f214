"""Revise the answers of a text once all are known: sure names of an enumeration help doubtful ones, parts go to their holders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pilotzones.geo.places.fuzzy_matching import find_look_alikes
from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.resolution.answer import MentionAnswer
from pilotzones.geo.places.resolution.disambiguation import Disambiguation
from pilotzones.geo.places.resolution.reading_state import has_rest
from pilotzones.geo.places.resolution.review_flags import ReviewFlagger
from pilotzones.geo.places.resolution.siblings import Siblings
from pilotzones.geo.places.text.mentions import Enumeration, Mention

__all__ = ["AnswerReviser"]

_MERGED = "old name, merged"


class AnswerReviser:
    """Revises the answers to the mentions of a text, in place."""

    def __init__(self, gazetteer: Gazetteer, flagger: ReviewFlagger, done: Mapping[Mention, MentionAnswer]) -> None:
        self.gazetteer = gazetteer
        self.flagger = flagger
        self.done = done

    def revise_answers(self, enumerations: Sequence[Enumeration], answers: Sequence[MentionAnswer]) -> None:
        """Let the sure answers help the doubtful ones, and put up for review what the rest of the text contradicts."""
        for enumeration in enumerations:
            self._help_doubtful(enumeration)
            self._apply_note(enumeration)
        for answer in answers:
            if answer.doubt and answer.verdict.status == "accepted":
                self.flagger.flag_for_review(answer, answer.doubt)
            self.flagger.flag_outside_prefecture(answer)
        self._mark_parts(answers)
        self._accept_merged(answers)
        listed = [answer for answer in answers if answer.role.standing == "listed"]
        self.flagger.flag_retractions(listed)
        self.flagger.flag_holders(listed)

    def _help_doubtful(self, enumeration: Enumeration) -> None:
        """Choose again for the doubtful names of an enumeration, now that the sure ones are known."""
        answers = [self.done[member] for member in enumeration.members]
        sure = [answer for answer in answers if answer.verdict.status == "accepted"]
        self._choose_again(answers, sure)
        lost = [one for one in answers if one.verdict.method == "look-alike" and one.mention.token is None]
        if lost and sure:
            self._look_near(lost, [code for one in sure if (code := one.code)])

    def _choose_again(self, answers: Sequence[MentionAnswer], sure: Sequence[MentionAnswer]) -> None:
        """Choose for names with several readings by the names with one, or else by all others that are accepted."""
        doubtful = [one for one in answers if len(one.options) > 1 and not one.nested and not has_rest(one)]
        if not doubtful:
            return
        alone = [one.code for one in sure if len(one.options) == 1]
        siblings = Siblings(self.gazetteer, alone or [one.code for one in sure])
        counted = set() if alone else {id(one) for one in sure}
        for answer in doubtful:
            if id(answer) in counted:
                siblings.remove(answer.code)
            if siblings.count:
                context = replace(answer.context, siblings=siblings)
                answer.verdict = self.flagger.choose(answer.options, context, nested=False)
            if id(answer) in counted:
                siblings.add(answer.code)

    def _look_near(self, lost: Sequence[MentionAnswer], codes: Sequence[str]) -> None:
        """Look for look-alikes first where the rest of the list lies."""
        listed = frozenset(codes)
        homes = Counter(self.gazetteer.units[code].prefecture_code for code in codes)
        for answer in lost:
            near = answer.context.carried or max(homes, key=homes.__getitem__, default="")
            candidates = find_look_alikes(
                self.gazetteer, answer.mention.text, (near[:2] + "0000",), near, listed=listed
            )
            if candidates:
                answer.verdict.candidates, answer.verdict.status = candidates, "review"
                answer.verdict.reasons = [make_reason("looks_alike")]

    def _apply_note(self, enumeration: Enumeration) -> None:
        """Put a town into the county that its note names: 英安镇（珲春市生态新城）."""
        owner = self.done.get(enumeration.owner) if enumeration.owner is not None else None
        token = owner.mention.token if owner is not None else None
        if owner is None or token is None or token.rest_kind != "town" or len(owner.containers) > 1:
            return
        inner = self.done[enumeration.members[0]]
        named = inner.containers or ((inner.code,) if inner.code else ())
        inside = owner.containers[0] if owner.containers else ""
        if len(named) == 1 and self.gazetteer.units[named[0]].level == "county":
            owner.containers = named if not inside or self.gazetteer.is_inside(named[0], inside) else owner.containers

    def _mark_parts(self, answers: Sequence[MentionAnswer]) -> None:
        """Mark names listed under an area or a unit that is a row itself: parts of it, or held by it."""
        for answer in answers:
            subject = self.done.get(answer.role.subject) if answer.role.subject is not None else None
            if subject is None or answer.role.op != "include" or answer.role.standing != "listed":
                continue
            code = subject.code if subject.verdict.status == "accepted" else ""
            apart = answer.verdict.status == "not_a_county"
            old = answer.verdict.option is not None and answer.verdict.option.meaning.old is not None
            town = answer.mention.token is not None and answer.mention.token.rest_kind == "town"
            if apart and code:
                answer.containers = (code,)
            if (old and not apart) or (apart and (code or not town)):
                answer.role.op = "part"

    def _accept_merged(self, answers: Sequence[MentionAnswer]) -> None:
        """Accept a merged unit that is listed as a part: that today's unit is larger changes nothing then.

        It is the part of its one successor that the text speaks of (南市的浦东部分), or it is listed under the very unit
        that it was merged into (浦东新区包含原川沙县).
        """
        for answer in answers:
            verdict, option, op = answer.verdict, answer.verdict.option, answer.role.op
            # Any other doubt has a reason of its own.
            sure = verdict.method == _MERGED and len(verdict.reasons) == 1 and not answer.doubt
            if not sure or option is None or len(option.codes) != 1:
                continue
            if op == "partial" or (op == "part" and option.codes == self._find_holder(answer)):
                answer.verdict = Disambiguation("accepted", option, verdict.method, verdict.reasons)

    def _find_holder(self, answer: MentionAnswer) -> tuple[str, ...]:
        """Find the codes of what an answer is listed under, or of what that looks like."""
        subject = answer.role.subject or answer.mention.owner
        above = self.done.get(subject) if subject is not None else None
        if above is None or above.verdict.option is not None:
            return above.verdict.codes if above is not None else ()
        return tuple(one.adcode for one in above.verdict.candidates)
