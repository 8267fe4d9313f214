"""One line for the first visit: examples of questions as links, made from the programme itself."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, get_place_words, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.task_matrix import build_matrix, find_closest_pairs
from pilotzones.views.components.frame.page_links import link_to
from pilotzones.views.state.choices import Choices

__all__ = ["list_questions", "show_guide"]

ExampleQuestion = tuple[str, str, Choices]


def list_questions(programme: Programme, choices: Choices) -> list[ExampleQuestion]:
    """List questions the pages answer.

    Parameters
    ----------
    programme : Programme
    choices : Choices
        Language and boundary source are kept.

    Returns
    -------
    list of tuple
        Page, the question, and the choices that answer it.
    """
    lang = choices.lang
    plain = replace(choices, selection=Selection(), colour_by="region", at=None)
    words = get_place_words(programme.kind, lang)
    questions: list[ExampleQuestion] = []
    matrix = build_matrix(programme)
    if matrix.tasks and matrix.zones:
        questions += _build_task_questions(programme, plain, lang)
        pairs, most = find_closest_pairs(matrix.count_common_tasks())
        if most:
            two = tuple(sorted(matrix.zones[row] for row in pairs[0]))
            questions.append(
                (
                    "compare",
                    translate("question_compare", lang, **words),
                    replace(plain, selection=Selection(zones=two)),
                )
            )
    if any(zone.stated_area_km2 is not None for zone in programme.zones):
        questions.append(("map", translate("question_verdict", lang, **words), replace(plain, colour_by="verdict")))
    if any(member.kind == "special" for member in programme.members):
        questions.append(("map", translate("question_special", lang, **words), replace(plain, colour_by="special")))
    return questions


def _build_task_questions(programme: Programme, plain: Choices, lang: Language) -> list[ExampleQuestion]:
    """Ask about the task most zones take on, and about the two tasks that most often go together."""
    matrix = build_matrix(programme)
    # Of tasks taken on equally often the first in the document.
    most = matrix.tasks[int(matrix.per_task.argmax())]
    words = get_place_words(programme.kind, lang)
    question = translate("question_task", lang, task=programme.get_task(most).short(lang), **words)
    questions = [("map", question, replace(plain, selection=Selection(tasks=(most,))))]
    pairs, count = find_closest_pairs(matrix.count_common_zones())
    if count:
        first, second = sorted(matrix.tasks[column] for column in pairs[0])
        names = {"first": programme.get_task(first).short(lang), "second": programme.get_task(second).short(lang)}
        both = Selection(tasks=(first, second), match="all")
        questions.append(("matrix", translate("question_pair", lang, **names, **words), replace(plain, selection=both)))
    return questions


def show_guide(programme: Programme, choices: Choices) -> None:
    """Draw the line; only while nothing is chosen yet.

    Parameters
    ----------
    programme : Programme
    choices : Choices
    """
    if not choices.selection.is_everything or choices.selection.focus is not None or choices.at is not None:
        return
    questions = list_questions(programme, choices)
    if not questions:
        return
    st.caption(translate("guide", choices.lang, **get_place_words(programme.kind, choices.lang)))
    with st.container(horizontal=True, gap="small", key="guide"):
        for page, question, target in questions:
            link_to(page, question, programme, target)
