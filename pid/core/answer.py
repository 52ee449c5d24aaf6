"""What all answers have: how a notebook shows them, and, where there is a picture, ``plot``.

Cards and pictures are made in ``pid.report`` and ``pid.plot``, above the answers that they show, so
that both are found by name, when they are asked for: the only way up that there is in this package.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def as_card(answer: object) -> str | None:
    """An answer as HTML; None where there is no jinja2."""
    module: Any = importlib.import_module("pid.report.card")
    found: str | None = module.card(answer)
    return found


class Answer:
    """An answer that is shown as a small page in notebooks."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """The answer as HTML, light and dark; None without jinja2, and its text is shown then."""
        return as_card(self)


class Drawn(Answer):
    """An answer of which ``pid.plot`` draws a picture.

    Attributes:
        picture: the name of the function.
    """

    __slots__ = ()
    picture: ClassVar[str]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the answer, as the function of ``pid.plot`` for its kind does.

        Args:
            ax: Axes to draw on; some are made if there are none.

        Returns:
            The Axes.

        Raises:
            MissingExtra: there is no matplotlib.
        """
        drawn: Axes = getattr(importlib.import_module("pid.plot"), self.picture)(self, ax)
        return drawn
