"""Writes the Word templates of hand-off sheet and notice: `python -m tests.exchange.make_templates`.

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


NOTICE = {
    "title": Label("到访不遇告知单", "We came and met nobody"),
    "to": Label("{{ door.address }} 住户：", "To the household at {{ door.address }}"),
    "came": Label("我们上门走访，没有见到您。上门时间：", "We came to see you and met nobody. We came on:"),
    "first": Label("我们想上门走访，请您约一个方便的时间。", "We would like to visit you. Please choose a time that suits you."),
    "why": Label("来访事由：{{ door.purposes }}", "What it is for: {{ door.purposes }}"),
    "who": Label(
        "来访人：{{ community }} {{ door.grid }} 网格员 {{ worker }}。上门时出示工作证。",
        "Who came: {{ worker }}, grid worker of {{ community }}, {{ door.grid }}. The worker shows a card at the door.",
    ),
    "how": Label("请约一个您方便的时间，任选一种：", "Please choose a time that suits you, in one of these ways:"),
    "ring": Label(
        "1. 打电话 {{ phone }}（{{ hours }}），报编号 {{ door.number }}；",
        "1. Ring {{ phone }} ({{ hours }}) and say the number {{ door.number }};",
    ),
    "slip": Label(
        "2. 填好下面的回执，交到社区服务站，或交给楼栋长；",
        "2. fill in the slip below and leave it at the service station or with your building captain;",
    ),
    "come": Label("3. 在上述时间到社区服务站来。", "3. come to the service station at these hours."),
    "kept": Label(
        "我们只记下来过的时间，由社区保存 {{ kept_months }} 个月，用来安排走访；您可以要求查看、更正。"
        "不约时间也不影响您享受任何服务。对来人有疑问，请先打上面的电话核实，不给陌生人开门。",
        "Only the times at which we came are kept, by the community, for {{ kept_months }} months, to plan visits; you may "
        "ask to see them and have them put right. No service depends on your answer. If in doubt, ring the number above "
        "first, and do not open to strangers.",
    ),
    "cut": Label("✂ 沿此线剪下", "✂ cut here"),
    "reply": Label("预约回执    编号 {{ door.number }}", "Slip    number {{ door.number }}"),
    "day": Label("希望哪天上门", "Day that suits you"),
    "hour": Label("希望几点上门", "Hour that suits you"),
    "hours": Label("□ 上午   □ 下午   □ 晚上   □ 周末     ____ 点", "□ morning  □ afternoon  □ evening  □ weekend    at ____"),
    "day_line": Label("____ 月 ____ 日", "day ____ month ____"),
    "phone": Label("联系电话（可不填）", "Phone (if you like)"),
}  # fmt: skip
"""What a notice says, for a reader who stands in a stairwell without her glasses."""


def make_notice(language: str) -> Any:
    """The notice: a page for each door in large type, with a slip to cut off."""
    zh = language == "zh_CN"
    said = {key: label.zh if zh else label.en for key, label in NOTICE.items()}
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    _font(document.styles["Normal"], "Times New Roman" if zh else "Calibri", "SimSun", 14)
    document.styles["Normal"].paragraph_format.space_after = Pt(6)

    def line(text: str, size: float = 14, *, bold: bool = False, centre: bool = False) -> Any:
        made = document.add_paragraph()
        run = made.add_run(text)
        run.bold, run.font.size = bold, Pt(size)
        if centre:
            made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return made

    document.add_paragraph("{%p for door in doors %}")
    line(said["title"], 26, bold=True, centre=True).paragraph_format.page_break_before = True
    line("{{ community }} {{ door.grid }}      № {{ door.number }}", 14, centre=True)
    line(said["to"], 20, bold=True)
    document.add_paragraph("{%p if door.tries %}")
    line(said["came"])
    line("{{ door.tries }}", bold=True).paragraph_format.left_indent = Cm(1)
    document.add_paragraph("{%p else %}")
    line(said["first"])
    document.add_paragraph("{%p endif %}")
    line(said["why"])
    line(said["who"])
    line(said["how"], bold=True)
    line(said["ring"], 16, bold=True)
    line(said["slip"])
    line(said["come"])
    line(said["kept"], 12)
    signed = line("{{ community }}   {{ made_on }}")
    signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line(said["cut"] + " " + "- " * 30, 10, centre=True)
    line(said["reply"], bold=True)
    slip = document.add_table(rows=0, cols=2, style="Table Grid")
    slip.alignment = WD_TABLE_ALIGNMENT.CENTER
    for label, value in ((said["day"], said["day_line"]), (said["hour"], said["hours"]), (said["phone"], "")):
        _row(slip, label, value, height=1.1)
    slip.autofit = False
    slip.columns[0].width, slip.columns[1].width = Cm(4.5), Cm(12)
    document.add_paragraph("{%p endfor %}")
    about = document.core_properties
    about.author, about.last_modified_by, about.comments = "casework", "casework", ""
    about.title = said["title"]
    about.created = about.modified = datetime(2026, 1, 1)
    return document


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for language, ending in (("zh_CN", "docx"), ("en", "en.docx")):
        make(language).save(str(OUT / f"handoff.{ending}"))
        make_notice(language).save(str(OUT / f"notice.{ending}"))
