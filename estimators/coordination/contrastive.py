"""Networks that bring the codes of a row together, and those of different rows apart."""

from __future__ import annotations

import math
from inspect import signature
from typing import ClassVar, Literal, cast

import numpy as np
import torch
from torch import Tensor, nn

from pid._types import Floats
from pid.checks import AUTO, either, number, one_of
from pid.estimators.coordination import losses
from pid.estimators.coordination.canonical import paired_correlations
from pid.estimators.coordination.deep import SHARED, DeepCoordination
from pid.estimators.coordination.encoders import Encoders, coded
from pid.estimators.coordination.matching import near_copies, recall
from pid.estimators.coordination.similarity import SIMILARITY, Similarity, cosine, similarity_of
from pid.estimators.neural.trainer import Losses, Noise, Progress

Loss = Literal["clip", "siglip", "hinge", "vse", "vse++", "barlow", "vicreg"]
LOSSES = ("clip", "siglip", "hinge", "vse", "vse++", "barlow", "vicreg")
OF_COLUMNS = ("barlow", "vicreg")  # which compare columns, not rows: no negatives, no similarity
BY_MARGIN = {"hinge": losses.hinge, "vse": losses.vse, "vse++": losses.vse_hardest}
SCALES = {"clip": (1 / 0.07, 0.0), "siglip": (10.0, -10.0)}  # of similarities, and what is added
USERS = {"temperature": tuple(SCALES), "margin": tuple(BY_MARGIN), "decorrelation": OF_COLUMNS}
MOST_SCALE = 100.0
NO_BETTER = 0.98  # of what codes cost that are the same for all rows
EXPECTED_COPIES = 0.05  # of a row among its negatives, from which on it is said


class Contrastive(DeepCoordination):
    """Codes by pairs: those of one row alike, those of different rows not.

    Of a pair, the best similarity is the log of its density ratio p(x1, x2) / p(x1) p(x2), up to a
    constant for "siglip" and a function of one source for "clip". What both sources have is kept;
    of what only one has, "barlow" and "vicreg" keep nothing, "clip" some, by chance.

    Args:
        loss: "clip" (InfoNCE both ways: Radford et al., ICML 2021), "siglip" (Zhai et al., ICCV
            2023), "hinge" (a margin, source 1 asking), "vse" (both ways: Kiros et al., 2014),
            "vse++" (the hardest negative: Faghri et al., BMVC 2018), "barlow" (Zbontar et al.,
            ICML 2021) or "vicreg" (Bardes et al., ICLR 2022).
        similarity: "cosine", "linear", "poly", "exp", "rbf", or a function of torch tensors and
            NumPy arrays, shapes (n, d) and (m, d), that gives (n, m). "barlow" and "vicreg" have
            none, and take "cosine" for ``score``.
        n_components: columns of a code.
        temperature: that similarities are divided by, in "clip" and "siglip"; "learned" starts at
            .07 and .1, and is at least .01.
        margin: of "hinge", "vse" and "vse++".
        decorrelation: of "barlow" and "vicreg", the weight of what keeps columns from repeating
            each other. As published, 5e-3 and 1, it is for codes of thousands of columns, and
            narrow ones repeat themselves; "auto" takes 3 / columns, from 5e-3 to .3, and 50 /
            columns, from 1 to 5.
        encoders, steps, batch, patience, device, random_state, checkpoint, progress: as of
            ``DeepCCA``.

    Attributes:
        recall_: share of held-out rows whose partner is nearest among them, both ways.
        chance_: what no code would find.
        correlations_: of paired columns on held-out rows.
        bound_: of "clip", log n - loss on n held-out rows, in bits: mutual information is at least
            that on average, and may be far more, as it ends at log n (van den Oord et al., 2018).
            None of other losses.
        temperature_: what was learned or given; None of losses without.
        encoders_, epochs_, notes_, seed_: as of ``DeepCCA``.

    Examples:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> shared = rng.normal(size=(500, 3))
        >>> X1, X2 = shared**3, shared + 0.05 * rng.normal(size=(500, 3))
        >>> model = Contrastive(n_components=4, steps=100).fit(X1, X2)
        >>> model.recall_ > 10 * model.chance_
        True
    """

    constraints: ClassVar = {
        **SHARED,
        "loss": one_of(*LOSSES),
        "similarity": SIMILARITY,
        "temperature": either(one_of("learned"), number(above=0)),
        "margin": number(above=0),
        "decorrelation": either(AUTO, number(above=0)),
    }

    def __init__(
        self,
        *,
        loss: Loss = "clip",
        similarity: str | Similarity = "cosine",
        n_components: int = 16,
        temperature: float | Literal["learned"] = "learned",
        margin: float = 0.2,
        decorrelation: float | Literal["auto"] = "auto",
        encoders: Encoders = "mlp",
        steps: int = 700,
        batch: int = 256,
        patience: int | None = None,
        device: str | None = None,
        random_state: int | None = 0,
        checkpoint: object = None,
        progress: Progress | None = None,
    ) -> None:
        self.loss = loss
        self.similarity = similarity
        self.n_components = n_components
        self.temperature = temperature
        self.margin = margin
        self.decorrelation = decorrelation
        self.encoders = encoders
        self.steps = steps
        self.batch = batch
        self.patience = patience
        self.device = device
        self.random_state = random_state
        self.checkpoint = checkpoint
        self.progress = progress

    def score(self, X1: object, X2: object, y: object = None) -> float:
        """Recall at 1 among these rows, both ways: more rows make it harder."""
        return recall(*self._both(X1, X2), similarity=self._similarity)

    def similarities(self, X1: object, X2: object) -> Floats:
        """Of all rows of one source with all rows of the other, shape (n, m)."""
        first, second = self._given((X1, None)), self._given((None, X2))
        assert first[0] is not None and second[1] is not None
        return np.asarray(self._similarity(self._encode(0, first[0]), self._encode(1, second[1])))

    def _learn(self, X1: Floats, X2: Floats) -> None:
        sources, rows = self._prepared(X1, X2)
        self._similarity = similarity_of(self.similarity)
        self._notes_on_unused()
        self._notes_on_negatives((X1, X2), min(self.batch, len(rows.training)))
        self._scaling = Scaling(self.loss, self.temperature).to(self.device_)
        self._centres: tuple[Floats, Floats] | None = None
        self.epochs_ = self._train([*self.encoders_, self._scaling], sources, rows).epochs
        self.temperature_ = self._scaling.temperature()
        self._notes_on_collapse(tuple(x[rows.held_out] for x in sources))
        codes = tuple(
            coded(f, X, self.device_) for f, X in zip(self.encoders_, (X1, X2), strict=True)
        )
        if self.loss in OF_COLUMNS:
            self._centres = (
                codes[0][rows.training].mean(axis=0),
                codes[1][rows.training].mean(axis=0),
            )
        held_out = tuple(self._encode(i, X[rows.held_out]) for i, X in enumerate((X1, X2)))
        self.recall_ = recall(*held_out, similarity=self._similarity)
        self.chance_ = 1 / len(rows.held_out)
        self.correlations_ = paired_correlations(*held_out)
        self.bound_ = None
        if self.loss == "clip":
            with torch.no_grad():
                z1, z2 = (torch.from_numpy(z).to(self.device_, torch.float32) for z in held_out)
                lost = float(losses.clip(self._scaling(self._similarity(z1, z2))))
            self.bound_ = (math.log(len(rows.held_out)) - lost) / math.log(2)

    def _encode(self, source: int, X: Floats) -> Floats:
        """Codes as they are compared: by cosine their length says nothing, and is taken out."""
        code = super()._encode(source, X)
        if self._centres is not None:
            return np.asarray(code - self._centres[source])
        if self._similarity is cosine:
            length = np.linalg.norm(code, axis=1, keepdims=True)
            return np.asarray(code / np.where(length > 0, length, 1))
        return code

    def _loss(self, x1: Tensor, x2: Tensor, noise: Noise) -> Losses:
        z1, z2 = (f(x) for f, x in zip(self.encoders_, (x1, x2), strict=True))
        if self.loss == "barlow":
            return {"barlow": losses.barlow(z1, z2, self._decorrelation())}
        if self.loss == "vicreg":
            return losses.vicreg(z1, z2, self._decorrelation())
        return {self.loss: self._cost(self._similarity(z1, z2))}

    def _cost(self, S: Tensor) -> Tensor:
        """Of the similarities of all codes of one source with all of the other."""
        if self.loss in SCALES:
            return cast("Tensor", getattr(losses, self.loss)(self._scaling(S)))
        return BY_MARGIN[self.loss](S, self.margin)

    def _judge(self, training: tuple[Tensor, ...], others: tuple[Tensor, ...]) -> float:
        """The loss of other rows, in batches as in training: it depends on their size."""
        x1, x2 = others
        size = min(self.batch, len(x1))
        costs = [
            sum(map(float, self._loss(a, b, Noise(0)).values()))
            for a, b in zip(x1.split(size), x2.split(size), strict=True)
            if len(a) == size
        ]
        return float(np.mean(costs))

    def _decorrelation(self) -> float:
        if self.decorrelation == "auto":
            return losses.decorrelation_of(self.loss, self.n_components)
        return self.decorrelation

    def _notes_on_unused(self) -> None:
        """What was set and is of other losses."""
        if self.loss in OF_COLUMNS and self.similarity != "cosine":
            self.notes_ += (
                f"loss {self.loss!r} compares columns: similarity is of the score alone",
            )
        usual = signature(type(self)).parameters
        for name, users in USERS.items():
            if self.loss not in users and getattr(self, name) != usual[name].default:
                self.notes_ += (f"{name} is of other losses than {self.loss!r}, and unused",)

    def _notes_on_negatives(self, sources: tuple[Floats, Floats], batch: int) -> None:
        if self.loss in OF_COLUMNS:
            return
        for i, X in enumerate(sources):
            copies = near_copies(X) * (batch - 1)
            if copies > EXPECTED_COPIES:
                self.notes_ += (
                    f"x{i + 1}: in a batch of {batch} a row has {copies:.2g} near-copies on "
                    "average, which count as negatives; what tells such rows apart is learned "
                    "instead, unless 'barlow' or 'vicreg' is taken or copies are left out",
                )

    def _notes_on_collapse(self, held_out: tuple[Tensor, ...]) -> None:
        """Codes that are all the same are the best that some losses can have of some sources."""
        if self.loss not in BY_MARGIN:
            return
        size = min(self.batch, len(held_out[0]))
        with torch.no_grad():
            same = float(self._cost(torch.zeros(size, size)))
            found = self._judge(held_out, held_out)
        if found > NO_BETTER * same:
            self.notes_ += (
                f"codes that are the same for all rows would cost no more of {self.loss!r}: they "
                "are nearly the same, or tell no partners. Where rows share too little to be told "
                "apart, the nearest other is nearer than the partner: take 'vse' or 'clip' in "
                "place of 'vse++', or a smaller batch",
            )


class Scaling(nn.Module):
    """Similarities as logits: divided by a temperature, with something added."""

    def __init__(self, loss: str, temperature: float | str) -> None:
        super().__init__()
        self.used = loss in SCALES
        scale, added = SCALES.get(loss, (1.0, 0.0))
        if self.used and not isinstance(temperature, str):
            scale = 1 / temperature
        self.log_scale = nn.Parameter(torch.tensor(math.log(scale)))
        self.added = nn.Parameter(torch.tensor(added))
        self.log_scale.requires_grad_(self.used and temperature == "learned")
        self.added.requires_grad_(loss == "siglip")

    def forward(self, S: Tensor) -> Tensor:
        """Logits."""
        return S * self.scale() + self.added

    def scale(self) -> Tensor:
        """1 / temperature; at most 100 where it is learned."""
        if not self.log_scale.requires_grad:
            return self.log_scale.exp()
        # the gradient passes where it is cut off: without one, it could never come back
        above = (self.log_scale - math.log(MOST_SCALE)).clamp(min=0).detach()
        return (self.log_scale - above).exp()

    def temperature(self) -> float | None:
        """Of similarities; None of losses without."""
        return 1 / float(self.scale().detach()) if self.used else None
