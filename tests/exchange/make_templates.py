"""Writes the Word templates of the hand-off sheet: `python -m tests.exchange.make_templates`.

The files in `casework/catalog/templates/` are what is shipped; a community edits a copy of them in Word or WPS.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from casework.catalog import handoff
from casework.domain.phrase import Label

OUT = Path(__file__).parents[2] / "casework/catalog/templates"
ALWAYS = ("number", "department", "category", "matter", "address", "due")
"""Rows that stand there even where nothing is known."""
ELSEWHERE = ("community", "worker", "made_on")
ANSWER = (
    Label("承办人及电话", "Who does it, and phone"), Label("办理经过和结果", "What was done, and the result"),
    Label("办结时间", "Done on"), Label("承办单位（盖章）", "Seal of the department"),
)  # fmt: skip


def _font(style: Any, name: str, eastern: str, size: float) -> None:
    style.font.name, style.font.size = name, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), eastern)


def _row(table: Any, label: str, value: str, *, height: float = 0) -> None:
    row = table.add_row()
    if height:
        row.height = Cm(height)
    name, said = row.cells
    name.width, said.width = Cm(4), Cm(12.5)
    name.paragraphs[0].add_run(label).bold = True
    said.paragraphs[0].add_run(value)


def _tag(table: Any, tag: str) -> None:
    table.add_row().cells[0].paragraphs[0].add_run(tag)


def _widths(table: Any) -> None:
    table.autofit = False
    table.columns[0].width, table.columns[1].width = Cm(4), Cm(12.5)


def make(language: str) -> Any:
    """The sheet: what is handed over, then the part that comes back filled in."""
    zh = language == "zh_CN"
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    _font(document.styles["Normal"], "Times New Roman" if zh else "Calibri", "SimSun", 11)
    document.styles["Normal"].paragraph_format.space_after = Pt(2)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("{{ community }}交办单" if zh else "{{ community }}: hand-off sheet")
    run.bold, run.font.size = True, Pt(18)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for field, label in handoff.fields().items():
        if field in ELSEWHERE:
            continue
        if field not in ALWAYS:
            _tag(table, "{%tr if " + field + " %}")
        _row(table, label.zh if zh else label.en, "{{ " + field + " }}")
        if field not in ALWAYS:
            _tag(table, "{%tr endif %}")
    _widths(table)
    signed = document.add_paragraph()
    signed.paragraph_format.space_before = Pt(6)
    signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    signed.add_run("交办人：{{ worker }}    {{ made_on }}" if zh else "Handed over by {{ worker }}, {{ made_on }}")
    answer = document.add_paragraph()
    answer.paragraph_format.space_before = Pt(10)
    answer.add_run("办理回执" if zh else "Reply of the department").bold = True
    back = document.add_table(rows=0, cols=2, style="Table Grid")
    back.alignment = WD_TABLE_ALIGNMENT.CENTER
    for label in ANSWER:
        _row(back, label.zh if zh else label.en, "", height=2.4 if label is ANSWER[1] else 0.9)
    _widths(back)
    note = document.add_paragraph()
    note.paragraph_format.space_before = Pt(4)
    note.add_run(
        "本单仅供办理该事项使用，不得转作他用；办结后请将回执退回社区。"
        if zh
        else "For this matter only, not to be used for anything else. Please return the reply when it is done."
    ).font.size = Pt(9)
    about = document.core_properties
    about.author, about.last_modified_by, about.comments = "casework", "casework", ""
    about.title = "交办单" if zh else "Hand-off sheet"
    about.created = about.modified = datetime(2026, 1, 1)
    return document


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    make("zh_CN").save(str(OUT / "handoff.docx"))
    make("en").save(str(OUT / "handoff.en.docx"))
