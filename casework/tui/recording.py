"""What a receipt about a spell says besides: whom it makes due, as far as that was counted when it was saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casework.tui.widgets.rulepreview import summary

if TYPE_CHECKING:
    from casework.casebook.rule_preview import Preview
    from casework.domain.receipt import Receipt


def with_figures(receipt: Receipt, seen: Preview | None) -> Receipt:
    """The receipt with the figures in front of what follows."""
    if seen is None:
        return receipt
    named, last = receipt.follows[:-1], receipt.follows[-1:]
    return replace(receipt, follows=(*named, summary(seen), *last))
