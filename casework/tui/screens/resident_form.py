"""A resident's sheet, saved: a new person behind a door, or what was put right on a sheet that is on file."""

from __future__ import annotations

from typing import Any

from casework.domain.phrase import N_, Phrase
from casework.domain.resident import ResidenceState, Sex
from casework.tui.screens.register_form import TAKE_AWAY, read_day
from casework.tui.screens.resident_sheet import ResidentSheet

SECRET = ("citizen_id", "phone", "phone_note")
"""Fields that do not stand in the form when a sheet is put right: they are shown by a key of the household's page."""


class ResidentForm(ResidentSheet):
    """The form of a resident."""

    FORM = "resident_form"

    def check_in(self) -> None:
        """A new sheet, or what differs from the one that is on file."""
        from casework.casebook import residents

        if not self.chosen("household_id").value:
            self.wrong("household_id", Phrase(N_("Choose the household first.")))
        elif not self.resident_id:
            self.enter(self._entry, residents.add)
        elif self.standing() == self._base:
            self.tell(Phrase(N_("Nothing differs from what is on file.")), tone="overdue")
        else:
            self.enter(self._change, residents.change)

    def _entry(self) -> Any:
        from casework.casebook.entries import ConsentPart, ContactPart, ResidentEntry, TagPart

        return ResidentEntry(
            household_id=self.chosen("household_id").value,
            **{name: self.text(name) for name in ("name", "citizen_id", "phone", "phone_note", "relation")},
            born=self.day("born"),
            sex=Sex(self.row("sex").value or Sex.UNKNOWN),
            head=bool(self.row("head").chosen),
            residence_state=ResidenceState(self.row("residence_state").value),
            tags=tuple(
                TagPart(tag=tag, since=read_day("tags", line.since.value), source=line.source.value)
                for tag, line in self._tags.items()
            ),
            contacts=tuple(
                ContactPart(name=name or relation, relation=relation, phone=phone)
                for name, relation, phone in (line.texts for line in self._contacts)
                if name or relation or phone
            ),
            consents=tuple(
                ConsentPart(purpose=purpose, given=how != "no", how=how, given_on=self.day("consent_on"))
                for purpose, how in self.consents_said()
            ),
        )

    def _change(self) -> Any:
        from casework.casebook.changes import ContactChange, ResidentChange, TagChange
        from casework.casebook.entries import ConsentPart, ContactPart, TagPart

        before, texts = self._base, self._base["texts"]
        said: dict[str, Any] = {}
        for name in ("name", "relation"):
            if self.text(name) != texts[f"f-{name}"]:
                said[name] = self.text(name)
        for name in SECRET:
            if self.text(name):
                said[name] = "" if self.text(name) == TAKE_AWAY else self.text(name)
        if self.text("born") != texts["f-born"]:
            said["born"] = self.day("born")
        picked = before["picked"]
        if self.row("sex").chosen != picked["f-sex"]:
            said["sex"] = self.row("sex").value or Sex.UNKNOWN
        if self.row("head").chosen != picked["f-head"]:
            said["head"] = bool(self.row("head").chosen)
        if self.row("residence_state").chosen != picked["f-residence_state"]:
            said["residence_state"] = self.row("residence_state").value
        if [self.chosen("household_id").value] != before["chosen"]["f-household_id"]:
            said["household_id"] = self.chosen("household_id").value
        fresh = {tag: line for tag, line in self._tags.items() if not line.eid}
        said["tags"] = tuple(
            TagPart(tag=tag, since=read_day("tags", line.since.value), source=line.source.value)
            for tag, line in fresh.items()
        )
        said["tags_ended"] = tuple(eid for tag, (_s, _o, eid) in before["tags"].items() if tag not in self._tags)
        said["tags_changed"] = tuple(
            TagChange(id=line.eid, since=read_day("tags", line.since.value), source=line.source.value)
            for tag, line in self._tags.items()
            if line.eid and [line.since.value, line.source.value, line.eid] != before["tags"].get(tag)
        )
        were = {eid: [name, relation] for name, relation, _phone, eid in before["contacts"]}
        here = {line.eid: line.texts for line in self._contacts if line.eid}
        said["contacts"] = tuple(
            ContactPart(name=name or relation, relation=relation, phone=phone)
            for name, relation, phone in (line.texts for line in self._contacts if not line.eid)
            if name or relation or phone
        )
        said["contacts_gone"] = tuple(eid for eid in were if eid not in here or not (here[eid][0] or here[eid][1]))
        said["contacts_changed"] = tuple(
            ContactChange(id=eid, name=name or relation, relation=relation,
                          **({"phone": "" if phone == TAKE_AWAY else phone} if phone else {}))
            for eid, (name, relation, phone) in here.items()
            if (name or relation) and ([name, relation] != were.get(eid) or phone)
        )  # fmt: skip
        said["consents"] = tuple(
            ConsentPart(purpose=purpose, given=how != "no", how=how, given_on=self.day("consent_on"))
            for purpose, how in self.consents_said()
        )
        return ResidentChange(id=self.resident_id, **said)
