"""Models beside the data in cells of three sources and more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from pid._types import Floats
from pid.analysis.comparison.leakage import suspicions
from pid.analysis.comparison.measures import (
    Independent,
    agreement,
    around_fits,
    centred,
    key,
    measures,
    ranks,
)
from pid.analysis.comparison.numbers import Cells, Told, told
from pid.analysis.comparison.predictions import RESERVED, predictions_of, surely
from pid.analysis.comparison.resampling import Resampled, resampled
from pid.analysis.comparison.result import FITS
from pid.analysis.comparison.sheet import Sheet, sheet_of
from pid.analysis.comparison.sources import KEYS, MEASURED, SourcesComparison, SourcesProfile
from pid.analysis.names import brief
from pid.analysis.quantification.axes import Axis
from pid.analysis.quantification.doubts import rare_classes
from pid.analysis.several.count import Rows
from pid.analysis.several.infer import Inference
from pid.analysis.several.quantify import OfRows, read_sources
from pid.core.information import Unit
from pid.discretization.resolution import Resolution
from pid.discretization.rows import said_of_rows
from pid.discretization.target import Bins, target
from pid.errors import InvalidInput
from pid.estimators.registry import REGISTRY
from pid.inference.grouping import effective_units, grouping, row_weights
from pid.inference.intervals import Measure
from pid.inference.order import few_units
from pid.io.copies import copies
from pid.io.indices import check_indices
from pid.parallel.progress import tell

HELD = "held at 0 after correction"
FEWEST = 2  # drawn tables of which there is a spread


class Asked(NamedTuple):
    """See ``pid.compare``; ``times`` is how often rows are drawn for what all sources say."""

    estimator: str
    resolution: Callable[[int], Resolution]  # of so many rows
    target_bins: Bins
    sort: str
    interval: float | None
    replicates: int | Literal["auto"]
    times: int
    unit: Unit
    seed: int
    progress: Callable[[int, int], None] | None


def compare_several(
    models: Mapping[str, object],
    sources: Mapping[str, object],
    y: object,
    of_rows: OfRows,
    asked: Asked,
) -> SourcesComparison:
    """Count what models say in the cells of all sources, and decompose it beside the data.

    Raises:
        InvalidInput: data, predictions or options that cannot be used.
        TooLarge: a table that would take too long, with an estimate.
    """
    if asked.sort not in KEYS:
        raise InvalidInput(
            f"sort {asked.sort!r} is of two sources; of more, take one of {', '.join(KEYS)}"
        )
    read = read_sources(sources, y, of_rows)
    *variables, of_y = read.variables
    name_of_one, one = next(iter(sources.items()))
    for name, said in models.items():
        check_indices([(name_of_one, one), (f"model {name!r}", said)])
    truth = target(of_y, asked.target_bins)
    predictions = predictions_of(models, variables, truth, read.kept)
    interval = asked.interval is not None
    group = grouping(read.given, of_rows.groups, of_rows.blocks, read.kept, interval=interval)
    weight = row_weights(read.given, of_rows.weights, kept=read.kept)
    copied = copies(*variables, target=[of_y]) if group is None else None
    said_rows = said_of_rows(variables, of_y, independent=group is None)
    group = group if copied is None else copied.rows
    estimator = asked.estimator
    if estimator == "auto":
        estimator = "table" if all(x.is_symbolic for x in variables) else "cluster"
    how = asked.resolution(len(of_y))
    codings = REGISTRY[estimator].load()(variables, np.bincount(truth.codes), how)
    names = tuple(x.role for x in variables)
    cells = Cells.of(Rows(codings, truth, group, weight), names)
    of_data = surely(truth.codes, truth.codes, truth.size)  # the model that is always right
    sheets = [sheet_of(said, cells.rows, cells.shape) for said in (of_data, *predictions.values())]
    rows, units = cells.units.effective_rows, sheets[0].units.shape[0]
    counting = Independent(units, effective_units(group), rows / float(cells.table.sum()))
    profile, profiles, notes = _profiles(list(predictions), sheets, cells, counting, asked)
    return SourcesComparison(
        data=profile,
        models=profiles,
        axes=(*map(Axis.of, codings, names), Axis.of(truth, of_y.label)),
        unit=asked.unit,
        level=None if asked.interval is None else float(asked.interval),
        sorted_by=asked.sort,
        n=len(of_y),
        units=units,
        estimator=estimator,
        random_state=asked.seed,
        notes=(
            *read.notes,
            *truth.notes,
            *(note for x in codings for note in x.notes),
            *(note for p in predictions.values() for note in p.notes),
            *(() if copied is None else (copied.note(grouped=True, where="all sources"),)),
            *said_rows.notes,
            *notes,
        ),
        warnings=(
            *said_rows.warnings,
            *rare_classes(cells.table, rows, truth.symbols),
            *suspicions(predictions, variables, truth.codes, asked.seed),
            *few_units(units),
        ),
    )


def _profiles(
    names: Sequence[str], sheets: Sequence[Sheet], cells: Cells, units: Independent, asked: Asked
) -> tuple[SourcesProfile, dict[str, SourcesProfile], tuple[str, ...]]:
    """Of the data, and of the models, the best first; and what was not done, or held."""
    drawn = resampled(sheets, asked.times, asked.seed, None)  # of all sources as one
    how = Inference(asked.interval, "kink-aware", asked.replicates, asked.unit, asked.seed)
    numbers = []
    for done, sheet in enumerate(sheets, start=1):
        numbers.append(told(sheet, cells, how))
        tell("models", done, len(sheets))
        if asked.progress is not None:
            asked.progress(done, len(sheets))
    values = [
        {name: found[name] for name in MEASURED}
        for found in (
            measures(r, sheet, units, asked.interval, asked.unit)
            for r, sheet in zip(drawn, sheets, strict=True)
        )
    ]
    of_data, *of_models = numbers
    fits = [Fit.of(of_data, of_model) for of_model in of_models]
    keyed = [_key(r, fit, asked.sort) for r, fit in zip(drawn[1:], fits, strict=True)]
    shortest = min(map(len, keyed))
    level = asked.interval if shortest > FEWEST else None
    placed = ranks(np.array([values[:shortest] for values in keyed]), level)
    profiles = {
        name: _profile(one, of_one | fit.measures(units.effective, asked.interval), rank)
        for name, one, of_one, fit, rank in zip(
            names, of_models, values[1:], fits, placed, strict=True
        )
    }
    data = _profile(of_data, {"total": values[0]["total"]}, (0, 0, 0))
    notes = _notes(dict(zip((RESERVED, *names), numbers, strict=True)))
    return data, dict(sorted(profiles.items(), key=lambda item: item[1].rank[0])), notes


def _profile(
    of_one: Told, values: Mapping[str, Measure], rank: tuple[int, int, int]
) -> SourcesProfile:
    """The total is that of the numbers, which the corrected parts sum to."""
    inferred, name = of_one.inferred, "total"
    low, high = (np.nan, np.nan) if inferred.interval is None else inferred.interval[name]
    total = Measure(of_one.counted.total, of_one.best.total, float(low), float(high))
    return SourcesProfile(
        decomposition=of_one.counted,
        corrected=inferred.corrected,
        interval=inferred.interval,
        values={**values, name: total},
        rank=rank,
    )


def _notes(said: Mapping[str, Told]) -> tuple[str, ...]:
    """What was not done, or held, once for all of whom it is said."""
    of_note: dict[str, list[str]] = {}
    for name, one in said.items():
        for note in one.inferred.notes:
            kind = HELD if note.startswith(HELD) else note  # of each others
            of_note.setdefault(kind, []).append(brief(name, 60))
    return tuple(f"{', '.join(names)}: {note}" for note, names in of_note.items())


class Fit(NamedTuple):
    """Agreement and overlap with the data: as counted, corrected, (2,), and drawn (2, tables)."""

    counted: Floats
    corrected: Floats
    drawn: Floats

    @classmethod
    def of(cls, data: Told, model: Told) -> Fit:
        """Of the parts of the total of both, in the same rows drawn anew.

        Chance takes from an overlap of shares that are alike: as much as it takes once more in rows
        drawn anew is added.
        """
        pairs = list(zip(data.parts, model.parts, strict=True))
        counted, best = (agreement(a, b, 1.0)[:, 0] for a, b in pairs[:2])
        a, b = pairs[2]
        size = min(a.shape[1], b.shape[1])
        drawn = agreement(a[:, :size], b[:, :size], 1.0)
        return cls(counted, 2 * counted - drawn.mean(axis=1) if size else best, drawn)

    def measures(self, units: float, level: float | None) -> dict[str, Measure]:
        """With intervals, or NaN for their ends."""
        drawn = self.drawn if self.drawn.shape[1] >= FEWEST else self.drawn[:, :0]
        return around_fits(self.counted, self.corrected, drawn, units, level)


def _key(r: Resampled, fit: Fit, sort: str) -> Floats:
    """What ranks a model, the larger the better: its corrected value, and those drawn."""
    if sort in FITS:
        i = FITS.index(sort)
        return centred(float(fit.corrected[i]), fit.drawn[i])
    return key(r, r, sort)
