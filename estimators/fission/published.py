"""FactorCL as it was published, whose unique heads hold what is shared; kept to show why."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from pid.estimators.coordination.encoders import mlp
from pid.estimators.fission.objectives import Objective, Sizes, Stage
from pid.estimators.fission.tasks import Classes, Task, Views
from pid.estimators.neural.trainer import Losses, Noise

BODY, HIDDEN, COMPARED = 64, 128, 32  # columns of a body, of critics, and of what these compare
SHARED = ("shared", "shared given")  # terms of a code, and its heads
UNIQUE = ("told", "unique given", "apart")
TIED = {"shared given": "shared", "unique given": "told", "apart": "told"}
FEWEST = 4  # rows of a class that negatives are drawn from
Value = Callable[[Tensor], Tensor]  # of scores, which are of pairs on the diagonal


class Published(Objective):
    """The objective of Liang et al. (NeurIPS 2023), given y or an augmented view c.

    Maximises

        shared: I_NCE(z1; z2) - I_CLUB(z1; z2 | c)
        unique i: I_NCE(zi; c) - I_CLUB(z1; z2) + I_NCE(z1; z2 | c)

    where every z is a head of its own, and the critics of the upper bounds learn by NCE meanwhile.
    A code is what the heads of its terms give, side by side.

    Args:
        sizes: of sources and heads; a head of every term has as many columns as a code asks for.
        classes: of y, which is given; None where views are.
        tied: whether all terms of a code have one head, so that they act on the same numbers.
        within: whether the negatives of conditional terms are of the row's own class, as the
            definition has it, and not of the whole batch.
    """

    def __init__(
        self, sizes: Sizes, classes: int | None, *, tied: bool = False, within: bool = False
    ) -> None:
        super().__init__()
        self.classes, self.tied, self.within = classes, tied, within
        self.bodies = nn.ModuleList(mlp(width, BODY, HIDDEN, 1) for width in sizes.sources)
        columns = dict.fromkeys(SHARED, sizes.shared) | dict.fromkeys(UNIQUE, sizes.unique)
        self.lines = nn.ModuleDict(
            {
                term: nn.ModuleList(nn.Linear(BODY, n) for _ in sizes.sources)
                for term, n in columns.items()
                if not (tied and term in TIED)
            }
        )
        s, u = sizes.shared, sizes.unique
        told = classes or u
        self.critics = nn.ModuleDict(
            {
                "shared": Critic(s, s),
                "told1": Critic(u, told),
                "told2": Critic(u, told),
                "unique given": self._given(u),
            }
        )
        self.bounds = nn.ModuleDict({"shared given": self._given(s), "apart": Critic(u, u)})

    def _given(self, columns: int) -> Critic:
        """Of two codes, and y beside the first or a view of each beside both."""
        if self.classes:
            return Critic(columns + self.classes, columns)
        return Critic(2 * columns, 2 * columns)

    def stages(self, sources: tuple[Tensor, Tensor], task: Task) -> Iterator[Stage]:
        """See ``Objective``; what is told and given is that of the task."""
        assert isinstance(task, Classes | Views)

        def loss(rows: Tensor, noise: Noise) -> Losses:
            bodies = [body(x[rows]) for body, x in zip(self.bodies, sources, strict=True)]
            given = None if isinstance(task, Classes) else [v[rows] for v in task.views]
            y = task.y[rows] if isinstance(task, Classes) else None
            return self._terms(bodies, y, given)

        yield Stage("all", [self], loss, chosen=False)

    def heads(self, source: int, x: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor]:
        """See ``Objective``; no code has noise here."""
        body = self.bodies[source](x)
        shared, unique = (
            torch.cat([self._pair(term)[source](body) for term in terms if term in self.lines], 1)
            for terms in (SHARED, UNIQUE)
        )
        return shared, unique

    def _pair(self, term: str) -> nn.ModuleList:
        """The heads of a term, of both sources."""
        lines = self.lines[TIED[term] if self.tied and term in TIED else term]
        assert isinstance(lines, nn.ModuleList)
        return lines

    def _terms(self, bodies: list[Tensor], y: Tensor | None, views: list[Tensor] | None) -> Losses:
        """What is maximised, with a minus, and what the critics of upper bounds minimise."""
        of_views = [] if views is None else [f(v) for f, v in zip(self.bodies, views, strict=True)]

        def pair(term: str, of: list[Tensor]) -> list[Tensor]:
            return [line(body) for line, body in zip(self._pair(term), of, strict=True)]

        def given(term: str) -> list[Tensor]:
            first, second = pair(term, bodies)
            if y is not None:
                return [torch.cat([first, self._shown(y)], 1), second]
            return [
                torch.cat(z, 1) for z in zip((first, second), pair(term, of_views), strict=True)
            ]

        told = pair("told", bodies)
        of = [self._shown(y)] * 2 if y is not None else pair("told", of_views)
        apart, shared_given = pair("apart", bodies), given("shared given")
        negatives = y if self.within else None
        return {
            "shared": -nce(self.critics["shared"](*pair("shared", bodies))),
            "told1": -nce(self.critics["told1"](told[0], of[0])),
            "told2": -nce(self.critics["told2"](told[1], of[1])),
            "unique given": -among(
                self.critics["unique given"](*given("unique given")), negatives, nce
            ),
            "shared given": among(self._fixed("shared given", shared_given), negatives, club),
            "apart": club(self._fixed("apart", apart)),
            "critics": -among(self._learning("shared given", shared_given), negatives, nce)
            - nce(self._learning("apart", apart)),
        }

    def _shown(self, y: Tensor) -> Tensor:
        assert self.classes is not None
        return functional.one_hot(y, self.classes).float()

    def _fixed(self, bound: str, codes: list[Tensor]) -> Tensor:
        """Scores of a critic that does not learn from them."""
        critic = self.bounds[bound]
        weights = {name: value.detach() for name, value in critic.named_parameters()}
        scores: Tensor = functional_call(critic, weights, tuple(codes))
        return scores

    def _learning(self, bound: str, codes: list[Tensor]) -> Tensor:
        """Scores of a critic that codes do not follow."""
        scores: Tensor = self.bounds[bound](*(code.detach() for code in codes))
        return scores


class Critic(nn.Module):
    """Scores of all pairs of two sets of codes, g(a) . h(b)."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__()
        self.g, self.h = (mlp(n, COMPARED, HIDDEN, 1) for n in (first, second))

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Shape (rows of a, rows of b)."""
        scores: Tensor = self.g(a) @ self.h(b).T / math.sqrt(COMPARED)
        return scores


def nce(S: Tensor) -> Tensor:
    """The lower bound of van den Oord et al. (2018), in nats."""
    return (S.diagonal() - S.logsumexp(dim=1)).mean() + math.log(len(S))


def club(S: Tensor) -> Tensor:
    """The upper bound of Cheng et al. (ICML 2020), where a critic is the log ratio."""
    return S.diagonal().mean() - S.mean()


def among(S: Tensor, y: Tensor | None, value: Value) -> Tensor:
    """A value of scores, with negatives of the same class where classes are given."""
    if y is None:
        return value(S)
    of_classes = [(y == k).nonzero()[:, 0] for k in y.unique()]
    kept = [rows for rows in of_classes if len(rows) >= FEWEST]
    total = sum((value(S[rows][:, rows]) * len(rows) for rows in kept), S.new_zeros(()))
    return total / max(sum(map(len, kept)), 1)
