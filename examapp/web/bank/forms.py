"""Forms of the question bank: one for the three kinds, retiring, and the blind reading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from examapp.core.items import (
    FALSE,
    JUDGEMENT_OPTIONS,
    LANGUAGES,
    TRUE,
    Asks,
    Difficulty,
    ItemContent,
    Kind,
    Text,
    Use,
)
from examapp.core.refusals import Fault, Invalid
from examapp.services.bank.drafts import ItemDraft
from examapp.web.forms import Form
from examapp.web.names import choices, name

LETTERS = "ABCDEF"
LONGEST = Length(max=4000)


class ItemForm(Form):
    """What all three kinds share; `number` is the revision that the trainer began from."""

    number = IntegerField(widget=HiddenInput(), validators=[Optional()], default=0)
    code = StringField(_l("Id"), [Optional(), Length(max=80)])
    topic = SelectField(_l("Topic"))
    difficulty = SelectField(_l("Difficulty"))
    use = SelectField(_l("Used in"))
    asks = SelectField(_l("What it asks"))
    stem_zh = TextAreaField(_l("Question in Chinese"), [LONGEST])
    stem_en = TextAreaField(_l("Question in English"), [LONGEST])
    cites = TextAreaField(_l("Articles that decide it"), [LONGEST])
    rationale_zh = TextAreaField(_l("Explanation in Chinese"), [LONGEST])
    rationale_en = TextAreaField(_l("Explanation in English"), [LONGEST])
    enemies = TextAreaField(_l("Questions that give this one away"), [LONGEST, Optional()])
    note = StringField(_l("What you changed, and why"), [Length(max=500)])

    kind = Kind.SINGLE
    letters = LETTERS

    def offer(self, topics: Iterable[tuple[str, str]]) -> None:
        """Set the choices of the selects."""
        self.topic.choices = _offered(topics)
        self.difficulty.choices = _offered(choices("difficulty"))
        self.use.choices = _offered(choices("use"))
        self.asks.choices = _offered(choices("asks"))

    def draft(self) -> ItemDraft:
        """What was typed; only for a form whose selects are in order."""
        return ItemDraft(
            topic=self.topic.data,
            kind=self.kind,
            difficulty=Difficulty(self.difficulty.data),
            use=Use(self.use.data),
            asks=Asks(self.asks.data),
            stem=self._text("stem"),
            options=self.options(),
            key=self.chosen_key(),
            rationale=self._text("rationale"),
            cites=_lines(self.cites.data),
            enemies=tuple((self.enemies.data or "").replace(",", " ").split()),
        )

    def options(self) -> tuple[tuple[str, Text], ...]:
        """The options that have any text."""
        typed = ((letter, self._text(f"option_{letter}")) for letter in LETTERS)
        return tuple((letter, text) for letter, text in typed if any(text.values()))

    def chosen_key(self) -> frozenset[str]:
        """The ids of the options marked as right."""
        return frozenset([self.key.data] if self.key.data else [])

    def _text(self, part: str) -> Text:
        return {lang: _tidy(self._fields[f"{part}_{lang}"].data) for lang in LANGUAGES}

    def place(self, refusal: Invalid) -> None:
        """Put every fault beside the field in its language; options' faults beside the key."""
        super().place(Invalid([_at_field(fault) for fault in refusal.faults]))


class SingleForm(ItemForm):
    """One right option of up to six."""

    key = RadioField(_l("The right option"), choices=list(LETTERS), validate_choice=False)


class MultipleForm(ItemForm):
    """Several right options of up to six."""

    kind = Kind.MULTIPLE
    key = SelectMultipleField(
        _l("The right options"),
        choices=list(LETTERS),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def chosen_key(self) -> frozenset[str]:
        return frozenset(self.key.data or [])


class JudgementForm(ItemForm):
    """A statement that is true or false."""

    kind = Kind.JUDGEMENT
    letters = ""
    key = RadioField(
        _l("The statement is"),
        choices=[SelectChoice(TRUE, _l("true")), SelectChoice(FALSE, _l("false"))],
        validate_choice=False,
    )

    def options(self) -> tuple[tuple[str, Text], ...]:
        return JUDGEMENT_OPTIONS


for _letter in LETTERS:
    for _form in (SingleForm, MultipleForm):
        _zh = _l("Option %(letter)s in Chinese", letter=_letter)
        _en = _l("Option %(letter)s in English", letter=_letter)
        setattr(_form, f"option_{_letter}_zh", TextAreaField(_zh, [Length(max=1000)]))
        setattr(_form, f"option_{_letter}_en", TextAreaField(_en, [Length(max=1000)]))

FORMS: dict[Kind, type[ItemForm]] = {
    Kind.SINGLE: SingleForm,
    Kind.MULTIPLE: MultipleForm,
    Kind.JUDGEMENT: JudgementForm,
}


def values(content: ItemContent, number: int) -> dict[str, Any]:
    """A revision's content as the data of its form."""
    key = sorted(content.key)
    found: dict[str, Any] = {
        "number": number,
        "topic": content.topic,
        "difficulty": str(content.difficulty),
        "use": str(content.use),
        "asks": str(content.asks),
        "key": key if content.kind is Kind.MULTIPLE else key[0],
        "cites": "\n".join(str(cite) for cite in content.cites),
        "enemies": "\n".join(sorted(content.enemies)),
    }
    texts = [("stem", content.stem), ("rationale", content.rationale)]
    texts += [(f"option_{letter}", text) for letter, text in content.options]
    for part, text in texts:
        found |= {f"{part}_{lang}": text.get(lang, "") for lang in LANGUAGES}
    return found


def _at_field(fault: Fault) -> Fault:
    language = fault.facts.get("language")
    facts = {**fault.facts, "language": name("language", language)} if language else fault.facts
    place = fault.place.replace(" ", "_")
    if place == "options":
        place = "key"
    elif language:
        place = f"{place}_{language}"
    return Fault(place, fault.words, facts)


def _offered(pairs: Iterable[Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label, *_ in pairs]


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


class RetireForm(Form):
    """Why an item is taken out of use."""

    reason = TextAreaField(_l("Reason"), [Length(max=500)])


class ReadingForm(Form):
    """A blind reading; the choices are the item's own options."""

    choice = SelectMultipleField(
        _l("What does the article say?"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    remark = TextAreaField(_l("Remark for the author"), [Length(max=1000), Optional()])
