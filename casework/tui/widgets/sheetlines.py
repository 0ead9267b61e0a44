"""The lines of a person's sheet that come and go: a welfare tag with its start and source, whom to call in an emergency."""

from __future__ import annotations

from casework.catalog.shelf import tags as tag_kinds
from casework.domain.phrase import N_, Phrase
from casework.tui.widgets.formlines import FormLine, LineField


class TagLine(FormLine):
    """A tag that the person has: since when, and where that is from."""

    def __init__(self, tag: str, since: str = "", source: str = "", eid: str = "") -> None:
        self.tag, self.eid = tag, eid
        self.since = LineField(f"f-since-{tag}", since, shown=Phrase(N_("not known")))
        self.since.add_class("day")
        self.source = LineField(f"f-source-{tag}", source, shown=Phrase(N_("who says so")))
        super().__init__(
            tag_kinds()[tag].label, Phrase(N_("since")), self.since, Phrase(N_("source")), self.source
        )  # fmt: skip
        self.add_class("form-tag")


class ContactLine(FormLine):
    """Whom to call in an emergency."""

    def __init__(self, number: int, name: str = "", relation: str = "", phone: str = "", eid: str = "",
                 masked: str = "") -> None:  # fmt: skip
        self.eid = eid
        self.fields = (
            LineField(f"f-contact-name-{number}", name, shown=Phrase(N_("name"))),
            LineField(f"f-contact-relation-{number}", relation, shown=Phrase(N_("how related"))),
            LineField(f"f-contact-phone-{number}", phone, shown=masked or Phrase(N_("phone"))),
        )
        super().__init__(Phrase(N_("Emergency")), *self.fields)

    @property
    def texts(self) -> tuple[str, str, str]:
        """Name, relation, phone as they are typed."""
        name, relation, phone = (field.value.strip() for field in self.fields)
        return name, relation, phone
