"""The photos and files of a check: beside an answer, or behind the check as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.tui.attaching import AttachingForm
from casework.tui.checkhazards import HazardScreen
from casework.tui.widgets.checkbars import Tally

if TYPE_CHECKING:
    from casework.domain.evidence import StagedFile


class CheckFiles(HazardScreen, AttachingForm):
    """What of the check form is about its photos and files."""

    @property
    def files(self) -> list[StagedFile]:
        """What the check holds; they are kept, and saved at a leak, with its answers."""
        return self.form.files if self.form is not None else self._files

    def files_changed(self) -> None:
        """The marks beside the answers and the count follow."""
        if self.form is not None:
            self.sheet.redraw()
            self.query_one(Tally).refresh()

    def file_label(self, part: str) -> object:
        """The question that a file belongs to."""
        questions = self.form.checklist.questions if self.form is not None else ()
        return next((one.label for one in questions if one.name == part), "")

    def files_of_draft(self, data: dict[str, Any]) -> None:
        """Put back those of a draft that are still there."""
        if self.form is not None:
            self.form.files[:] = self.files_back(data)

    def action_check_files(self) -> None:
        """Photos and files beside the answer under the cursor."""
        question = self.sheet.question
        self.show_files(question.name if question is not None else "")

    def action_check_whole_files(self) -> None:
        """Photos and files behind the check as a whole."""
        self.show_files()
