"""What codes of three sources and more keep: all is trained once, for both sides and for losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy

import numpy as np

from pid._types import Floats
from pid.analysis.retention.changes import NOTHING, Ends, Side, changes, share
from pid.analysis.retention.probing import Shown
from pid.analysis.retention.rows import Read, check_halves, few
from pid.analysis.retention.sources import NO_SHARES, SourcesRetention
from pid.analysis.several.words import in_words
from pid.analysis.training import Trained
from pid.analysis.valuation.losses import information
from pid.core.information import entropy
from pid.errors import InvalidInput
from pid.estimators.base import Options
from pid.estimators.posterior.estimator import PosteriorPID
from pid.estimators.posterior.said import Said, Sources
from pid.estimators.posterior.several import SourcesPID
from pid.estimators.posterior.told import contributions, sets_of
from pid.inference.intervals import Measure
from pid.parallel.work import Work


def codes_of(Z: object, sources: Sequence[str]) -> dict[str, object]:
    """The code of each source, in the order of the sources.

    Raises:
        InvalidInput: no mapping, or one of other names.
    """
    if not isinstance(Z, Mapping):
        raise InvalidInput(
            f"beside sources by their names, Z is the code of each, by the same names; got "
            f"{type(Z).__name__}"
        )
    wrong = [f"no code of {name}" for name in sources if name not in Z]
    wrong += [f"a code of {name}, which is no source" for name in Z if name not in sources]
    if wrong:
        raise InvalidInput(f"Z must have a code of each source; got {in_words(wrong)}")
    return {name: Z[name] for name in sources}


def beside(codes: Mapping[str, object], sources: Mapping[str, object]) -> dict[str, object]:
    """Sources and codes as columns by their names, the codes as "code of text".

    Raises:
        InvalidInput: a source that is called as the code of another would be.
    """
    found = {f"code of {name}": code for name, code in codes.items()}
    if both := [name for name in found if name in sources]:
        raise InvalidInput(f"a source is called {both[0]!r}, as a code is; name it otherwise")
    return {**sources, **found}


def retained_of_several(read: Read, options: Options, shown: Shown, work: Work) -> SourcesRetention:
    """Train all sets, and conclude all but the noise and the time it took.

    Args:
        read: the sources, and as many codes.
        options: of the estimator.
        shown: what is asked of the answer.
        work: where.

    Raises:
        InvalidInput: data that cannot be used; a class of too few rows.
        SolverFailed: no certified answer.
    """
    *names, y = read.names
    k = len(names)
    est = SourcesPID.asked(options)
    training = est.prepare(read.variables, read.classes.y, read.groups)
    check_halves(training, y)
    found = Trained(PosteriorPID.asked(options), training, training.nothing_said())
    places = range(k), range(k, 2 * k)
    codes = tuple(places[1])
    sets = [tuple(side[i] for i in of) for side in places for of in sets_of(k)]
    found.learn([*sets, *((i, *codes) for i in range(k))], "posteriors", work)
    before, after = (
        copy(est).conclude(training, [seen_by(said, side) for said in found.said], names)
        for side in places
    )
    changed, kept = _compared(before, after, found, shown)
    roles = [variable.role for variable in read.variables]
    sides = {"before": before, "after": after}
    notes = (
        f"{when}: {note}" for when, one in sides.items() for note in one.notes_[len(est.notes_) :]
    )
    doubts = (f"{when}: {doubt}" for when, one in sides.items() for doubt in one.doubts())
    assert before.corrected_ is not None
    assert after.corrected_ is not None
    return SourcesRetention(
        names=tuple(names),
        y=y,
        before=before.corrected_,
        after=after.corrected_,
        interval_before=before.interval_ if shown.ends else None,
        interval_after=after.interval_ if shown.ends else None,
        change=changed,
        total=kept,
        lost={
            name: shown.of(information(found, (i, *codes), codes, shown.level))
            for i, name in enumerate(names)
        },
        noise=0.0,
        classes=tuple(map(str, est.classes_)),
        level=shown.level if shown.ends else None,
        n=len(training.codes),
        units=read.units,
        classifier=est.classifier_,
        random_state=est.seed_,
        notes=(NO_SHARES, *read.notes, *est.notes_, *found.notes(roles, y), *notes),
        warnings=(*read.warnings, *few(read, training.codes), *doubts, *_more(changed, names)),
        device=est.device_,
    )


def seen_by(said: Said, places: Sequence[int]) -> Said:
    """What is said of some variables alone, as if there were no others.

    What came in beside networks is left out, which is of all sets, and said once.
    """
    at = {place: i for i, place in enumerate(places)}

    def renamed(logs: Mapping[Sources, Floats]) -> dict[Sources, Floats]:
        return {tuple(at[i] for i in of): x for of, x in logs.items() if at.keys() >= set(of)}

    logs, own, elsewhere = (renamed(logs) for logs in (said.logs, said.own, said.elsewhere))
    return Said(said.codes, said.parts, logs, own, elsewhere)


def _compared(
    before: SourcesPID, after: SourcesPID, found: Trained, shown: Shown
) -> tuple[dict[str, Measure], Measure]:
    """The change of each number by its name, and the share of the total."""
    training = found.training
    h_y = entropy(found.said[0].p_y, unit="nat")
    halves = [sample.rows for sample in training.samples[1:]]
    of_before, of_after = (_side(est, h_y) for est in (before, after))
    ends = Ends(of_before, of_after, halves, training.groups, shown.level)
    assert before.halved_ is not None
    assert before.interval_ is not None
    place, measures = before.halved_.layout.place, changes(ends)
    kept = share(ends, place.total) if before.interval_["total"][0] > 0 else NOTHING
    changed = {name: shown.of(measures[i]) for name, i in place.named(before.names_)}
    return changed, shown.of(kept, ratio=True)


def _side(est: SourcesPID, h_y: float) -> Side:
    """All numbers in nats, by the order of their layout."""
    halved = est.halved_
    assert halved is not None
    return Side(
        whole=halved.whole.values,
        corrected=halved.corrected(h_y)[0],
        halves=np.asarray(halved.halves),
        of_rows=contributions(halved.whole, halved.layout),
        cells=halved.of_cells,
        seeming=halved.whole.seeming,
    )


def _more(changed: Mapping[str, Measure], names: Sequence[str]) -> tuple[str, ...]:
    """Whether the codes tell more than what they are made of, together or each by itself."""
    if changed["total"].low > 0:
        return (
            "the codes tell more than the sources, which no function of them can: they were fitted "
            "on these rows, or have seen more than these sources, or the classifiers of the "
            "sources know too little; take other rows, or more of them",
        )
    return tuple(
        f"the code of {name} tells more than {name}, which no function of {name} alone can: it has "
        "the name of another source, or is made of several"
        for name in names
        if changed[f"single {name}"].low > 0
    )
