"""The answer of ``pid.quantify``: atoms with all that is needed to judge them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from pid._version import __version__
from pid.analysis.multiview.verdicts import EPS, Verdict, in_unit, verdict_of
from pid.analysis.quantification.atom import Atom, as_frame, as_names
from pid.analysis.quantification.axes import Axis
from pid.analysis.quantification.by_row import Answer, by_row, has_rows
from pid.analysis.quantification.by_stratum import as_records, lines_of, strata_of
from pid.analysis.quantification.evidence import CountedTable, FittedModel
from pid.analysis.quantification.given import GivenPosteriors
from pid.analysis.quantification.past import Past, Transfer, as_row, said, transfer
from pid.analysis.quantification.profile import Resampled, profile_by
from pid.analysis.schema import SCHEMA
from pid.analysis.words import condition, found_in, labels, read, uncertainty
from pid.checks import INTERVAL, RANDOM_STATE, TABLES, checked, one_of
from pid.core.answer import Drawn
from pid.core.decomposition import ATOMS, Decomposition, shown, tiny
from pid.inference.assessment import Interval
from pid.inference.units import Rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantification(Drawn):
    """What X1 and X2 say about y, with all that is needed to judge the numbers.

    Attributes:
        decomposition: as counted, with its certificate.
        corrected: after bias correction; None where none was made.
        interval: (low, high) per atom, for the total, and for "conditional1" and "conditional2",
            which see; None where none was made.
        level: nominal coverage of the interval, None likewise.
        axes: names, numbers of columns and of symbols of x1, x2 and y.
        evidence: what the atoms rest on: a ``CountedTable``, a ``FittedModel``, or
            ``GivenPosteriors``. ``table``, ``rows``, ``null_bias``, ``fitted`` and ``beside`` are
            of it, None or empty where it has none.
        target_entropy: H(y), what there is to be said about y, in the unit of the atoms, corrected
            as they are; None where y are numbers, which have no such limit.
        n: samples.
        units: independent units: samples, groups or blocks.
        estimator: its name, as ``pid.quantify`` knows it.
        reason: why it was chosen; None where it was asked for.
        parameters: of the estimator.
        random_state: the seed.
        notes: what was done to the data.
        warnings: reasons not to trust the numbers.
        seconds: time taken.
        target_entropy_counted: H(y) of the samples, where another is corrected.
        held: atoms, or "total", whose corrected value is held at the end of what is possible.
        labels: of the rows that were used: those of pandas, or else positions where others were
            left out; None for 0, 1, ...
        given: z, where the atoms are those given it: its name and strata, see ``strata``.
        past: of ``pid quantify --lag``, what the sources are the past of.
    """

    picture: ClassVar[str] = "profile"

    decomposition: Decomposition
    corrected: Decomposition | None
    interval: Interval | None
    level: float | None
    axes: tuple[Axis, Axis, Axis]
    evidence: CountedTable | FittedModel | GivenPosteriors
    target_entropy: float | None
    n: int
    units: int
    estimator: str
    reason: str | None
    parameters: Mapping[str, object]
    random_state: int | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float = 0.0
    target_entropy_counted: float | None = None
    held: tuple[str, ...] = ()
    labels: Any = None
    given: Axis | None = None
    past: Past | None = None

    @property
    def table(self) -> Any:  # who asked for a table need not rule out None; evidence is strict
        """Samples per cell, (n1, n2, k), given z (nz, n1, n2, k); None where a model was fitted."""
        return self.evidence.table if isinstance(self.evidence, CountedTable) else None

    @property
    def rows(self) -> Rows | None:
        """Cell, group and weight of each sample; None where they were not kept."""
        return self.evidence.rows if isinstance(self.evidence, CountedTable) else None

    @property
    def null_bias(self) -> float | None:
        """Expected total by chance; None where it is about 0, as models judge unseen samples."""
        return self.evidence.null_bias if isinstance(self.evidence, CountedTable) else None

    @property
    def fitted(self) -> Any:
        """The estimator that was fitted; None where a table was counted."""
        return self.evidence.model if isinstance(self.evidence, FittedModel) else None

    @property
    def beside(self) -> Mapping[str, Decomposition]:
        """What other estimators say, by their names."""
        return self.evidence.beside if isinstance(self.evidence, FittedModel) else {}

    @property
    def best(self) -> Decomposition:
        """The corrected atoms, or those that were counted where there is no correction."""
        return self.decomposition if self.corrected is None else self.corrected

    @property
    def cells_per_sample(self) -> float | None:
        """Cells of the table per sample: the smaller, the better each cell is known."""
        return None if self.table is None else self.table.size / self.n

    @property
    def gap(self) -> float | None:
        """Certified distance from the exact optimum, in the unit of the atoms; None: no proof."""
        certificate = self.decomposition.certificate
        return None if certificate is None else float(certificate.gap)

    @property
    def names(self) -> tuple[str, str, str]:
        """Of x1, x2 and y."""
        x1, x2, y = (axis.name for axis in self.axes)
        return x1, x2, y

    @property
    def is_shown(self) -> bool:
        """Whether anything is shown about y: by its total, or by any of the atoms."""
        return found_in(self.best, self.interval)

    @property
    def uncertainty(self) -> str | None:
        """How exact the solver is, and how sure the estimate; None where nothing was solved."""
        if self.decomposition.certificate is None:
            return None
        solved = {"cells": "the table of its cells"}.get(self.axes[0].kind, "the fitted model")
        of = solved if self.table is None else "the counted table"
        total = None if self.interval is None else self.interval["total"]
        return uncertainty(self.decomposition, of, total, self.level)

    @property
    def held_in_words(self) -> str:
        """Which numbers are what they are because no truth is beyond; empty if none."""
        names = labels(self.names)
        least = [names[name] for name in self.held if name != "total"]
        listed = " and ".join([*[", ".join(least[:-1])] * (len(least) > 1), *least[-1:]])
        said = [f"{listed} at 0, the least there can be"] if least else []
        if "total" in self.held:
            said.append("the total at the most that so many classes have")
        return f"{'; '.join(said)}: corrections went beyond" if said else ""

    @property
    def reading(self) -> str:
        """The answer in plain words."""
        text = read(self.best, self.target_entropy, self.interval, self.names)
        if self.given is not None:
            text = f"Given {condition(self.given.name)}, {text[0].lower()}{text[1:]}"
        return f"Not to be trusted, see the warning: {text}" if self.warnings else text

    def summary(self) -> tuple[Atom, ...]:
        """The four atoms and their total: value, interval, and value before correction.

        Examples:
            >>> import pid
            >>> q = pid.quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 0] * 50)
            >>> [(atom.name, round(atom.value, 1)) for atom in q.summary()[3:]]
            [('synergy', 1.0), ('total', 1.0)]
        """
        counted = self.decomposition.atoms | {"total": self.decomposition.total}
        values = self.best.atoms | {"total": self.best.total}
        ends = self.interval or {}
        return tuple(Atom(name, values[name], ends.get(name), counted[name]) for name in values)

    def beyond(self) -> tuple[Atom, Atom]:
        """What each source tells of y beyond the other: I(X1; Y | X2) and I(X2; Y | X1).

        They are unique1 + synergy and unique2 + synergy, by the names "conditional1" and
        "conditional2". Their intervals are narrower than sums of those of the atoms.

        Examples:
            >>> import pid
            >>> q = pid.quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 0] * 50)
            >>> [round(atom.value, 1) for atom in q.beyond()]
            [1.0, 1.0]
        """
        ends = self.interval or {}
        first, second = (
            Atom(name, getattr(self.best, name), ends.get(name), getattr(self.decomposition, name))
            for name in ("conditional1", "conditional2")
        )
        return first, second

    @property
    def transfer_entropy(self) -> Transfer | None:
        """Of sources that are the past, that of y among them: what the other tells beyond it."""
        return transfer(self.past, self.best, self.decomposition, self.interval)

    def strata(self) -> pd.DataFrame:
        """What z is in each stratum, and what is told of y there: one row a stratum.

        Returns:
            "z", "n" samples, "share" of them, by weight where they have one, and the atoms of the
            stratum and their "total", as counted, in the unit of the atoms. Their means by "share"
            are the atoms of ``decomposition``.

        Raises:
            InvalidInput: it was not asked given anything.

        Examples:
            >>> import pid
            >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
            >>> z = ["same" if a == b else "differ" for a, b in zip(x1, x2)]
            >>> q = pid.quantify(x1, x2, x1, given=z)
            >>> q.strata()[["z", "n", "redundancy"]].values.tolist()
            [['differ', 100, 1.0], ['same', 100, 1.0]]
        """
        return strata_of(self.decomposition, self.evidence, self.given)

    def by_row(self) -> pd.DataFrame:
        """What each row adds to redundancy, unique1, unique2, synergy and their total.

        Of a table that was counted, all rows of a cell have the values of
        ``Decomposition.by_cell``. Of the posterior estimator, classifiers that have not seen a row
        say what it tells of its class. Labels agree with what is said on average, and not exactly,
        and cells lose some of the union: what lacks is added to all rows alike, and is shown.

        Returns:
            One row for each that was used, in their order, labelled as in pandas or by position;
            rows that were left out are not there. The four atoms and "total", in the unit of the
            atoms: means are the atoms of ``decomposition``, by "weight" where rows have one. What
            corrections change, and intervals, are of means and not of rows. Of the posterior
            estimator also what was added to each row: "residual" of the union, and so less
            redundancy and synergy and more of both unique, "residual1" and "residual2" of what x1
            and x2 tell.

        Raises:
            InvalidInput: rows are not in memory, or the estimator says nothing of single ones.

        Examples:
            >>> import pid
            >>> q = pid.quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 0, 0, 1] * 50)
            >>> q.by_row().synergy[:4].round(2).tolist()  # y = x1 and x2
            [0.0, 0.5, 0.5, 1.0]
        """
        return by_row(self._answer)

    @property
    def has_rows(self) -> bool:
        """Whether there is something to say of single rows."""
        return has_rows(self._answer)

    @property
    def _answer(self) -> Answer:
        names = self.axes[2].labels
        return Answer(self.decomposition, self.evidence, self.estimator, names, self.labels)

    @checked(interval=INTERVAL, replicates=TABLES, random_state=RANDOM_STATE)
    def profile_by(
        self,
        values: object = None,
        *,
        interval: float | None = 0.95,
        replicates: int = 200,
        random_state: int | None = 0,
    ) -> pd.DataFrame:
        """Mean of what rows add to each atom, over the rows with each value.

        Intervals are from rows, or groups, that are drawn anew, and what they add is found anew:
        tables are solved. Classifiers stay as they are, as do multipliers of more than two classes.

        Args:
            values: one for each row: symbols, or numbers, which are cut at their quartiles; gaps
                are a value of their own. The classes of y if left out.
            interval: nominal coverage of the intervals, or None for none.
            replicates: how often rows are drawn.
            random_state: seed of that.

        Returns:
            One row a value: "value", "n", its "share" of the rows, and the mean of each atom and of
            "total", with ends such as "synergy_low". Means by "share" are the atoms of
            ``decomposition``; what was corrected is not.

        Raises:
            InvalidInput: see ``by_row``; values that are not one a row, or too many.

        Examples:
            >>> import pid
            >>> q = pid.quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 0, 0, 1] * 50)
            >>> q.profile_by(interval=None)[["value", "n", "synergy"]].round(2).values.tolist()
            [['0', 150, 0.33], ['1', 50, 1.0]]
        """
        how = Resampled(interval, replicates, random_state)
        return profile_by(self._answer, values, how)

    @property
    def multiview_redundancy(self) -> Verdict:
        """Whether neither source tells more than 0.05 bit beyond the other.

        "holds", "fails" or "undecided"; ``pid.multiview_redundancy`` has other sizes, and more.
        """
        eps = in_unit(EPS, self.decomposition.unit)
        return verdict_of([atom.interval for atom in self.beyond()], eps)

    def to_frame(self) -> pd.DataFrame:
        """One row an atom, and one of the total: "atom", "value", "low", "high", "counted", "unit".

        Values are corrected where there is a correction; ends are NaN where there is no interval.

        Examples:
            >>> import pid
            >>> q = pid.quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 0] * 50)
            >>> q.to_frame()[["atom", "value"]].round(1).values.tolist()[3:]
            [['synergy', 1.0], ['total', 1.0]]
        """
        return as_frame(self.summary()).assign(unit=self.decomposition.unit)

    def to_dict(self) -> dict[str, object]:
        """The names and values of the JSON output."""
        x1, x2, y = self.names
        atoms = as_names(self.summary())
        for other, d in self.beside.items():
            values = d.atoms | {"total": d.total}
            atoms |= {f"{name}_{other}": value for name, value in values.items()}
        return {
            **atoms,
            **as_names(self.beyond()),
            **as_row(self.past, self.transfer_entropy),
            "interval": self.level,
            "multiview_redundancy": self.multiview_redundancy,
            "null_bias": self.null_bias,
            "held": list(self.held),
            "target_entropy": self.target_entropy,
            "target_entropy_counted": self.target_entropy_counted,
            "unit": self.decomposition.unit,
            "gap": self.gap,
            "x1": x1,
            "x2": x2,
            "y": y,
            "n": self.n,
            "units": self.units,
            "estimator": self.estimator,
            "reason": self.reason,
            "random_state": self.random_state,
            **({"device": self.parameters["device"]} if "device" in self.parameters else {}),
            **({} if self.given is None else {"given": as_records(self.given, self.strata())}),
            **(self.evidence.to_dict() if isinstance(self.evidence, GivenPosteriors) else {}),
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "schema": SCHEMA,
            "version": __version__,
        }

    def __repr__(self) -> str:
        unit = self.decomposition.unit
        size = " x ".join(str(axis.size) for axis in self.axes)
        where = f"{size} {self.axes[0].kind}" if self.table is None else f"a {size} table"
        where += "" if self.given is None else f", given z in {self.given.in_words}"
        rows = [f"Quantification of {self.n} samples in {where}, in {unit}"]
        rows += [f"  {a.name:<11}{self.show(a.name)}{a.ends}" for a in self.summary()]
        rows += [self.reading] if self.uncertainty is None else [self.reading, self.uncertainty]
        rows += [] if self.given is None else lines_of(self.given, self.strata())
        if self.past is not None and self.transfer_entropy is not None:
            rows += [f"Transfer entropy {said(self.past, self.transfer_entropy, self.best)}"]
        rows += [f"Held: {self.held_in_words}"] if self.held else []
        rows += [f"Note: {text}" for text in self.notes]
        return "\n".join([*rows, *(f"Warning: {text}" for text in self.warnings)])

    @checked(atom=one_of(*ATOMS, "total"))
    def show(self, atom: str) -> str:
        """The best value to four decimals; 0.0000 for what cannot be told from 0."""
        return shown(getattr(self.best, atom), tiny(self.best))
