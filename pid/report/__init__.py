"""One HTML file that answers a question: what was asked, the answer, and what supports it."""

from __future__ import annotations

from pathlib import Path

from pid.analysis.comparison.result import Comparison
from pid.analysis.half_labelled.result import HalfLabelled
from pid.analysis.quantification.result import Quantification
from pid.analysis.quantification.trajectory import Trajectory
from pid.analysis.retention.result import Retention
from pid.analysis.screening.result import Screening
from pid.analysis.several.result import SourcesQuantification
from pid.analysis.valuation.result import Valuation
from pid.checks import FLAG, NONE, PATH, TEXT, checked, either, is_a
from pid.estimators.fission.audited import Audit
from pid.estimators.fission.gallery import Gallery
from pid.report import (
    of_audit,
    of_comparison,
    of_correspondences,
    of_half_labelled,
    of_quantification,
    of_retention,
    of_screening,
    of_sources,
    of_trajectory,
    of_valuation,
)
from pid.report.document import Document
from pid.report.html import as_html as as_html
from pid.report.html import read_report as read_report
from pid.report.html import write_report

__all__ = ["as_html", "document_of", "read_report", "report"]

Result = (
    Quantification
    | SourcesQuantification
    | Trajectory
    | Screening
    | HalfLabelled
    | Comparison
    | Valuation
    | Retention
    | Audit
    | Gallery
)
ANSWER = is_a(
    "an answer of pid.quantify, quantify_posteriors, screen, bound_samples, compare, value or "
    "retained, an Audit, or a Gallery",
    Quantification,
    SourcesQuantification,
    Trajectory,
    Screening,
    HalfLabelled,
    Comparison,
    Valuation,
    Retention,
    Audit,
    Gallery,
)


@checked(result=ANSWER, title=TEXT, command=either(TEXT, NONE))
def document_of(result: Result, title: str, command: str | None = None) -> Document:
    """What a report on this result says.

    Raises:
        InvalidInput: something that there is no report on.
    """
    if isinstance(result, Quantification):
        return of_quantification.document_of(result, title, command)
    if isinstance(result, SourcesQuantification):
        return of_sources.document_of(result, title, command)
    if isinstance(result, Trajectory):
        return of_trajectory.document_of(result, title, command)
    if isinstance(result, Screening):
        return of_screening.document_of(result, title, command)
    if isinstance(result, HalfLabelled):
        return of_half_labelled.document_of(result, title, command)
    if isinstance(result, Valuation):
        return of_valuation.document_of(result, title, command)
    if isinstance(result, Retention):
        return of_retention.document_of(result, title, command)
    if isinstance(result, Audit):
        return of_audit.document_of(result, title, command)
    if isinstance(result, Gallery):
        return of_correspondences.document_of(result, title, command)
    return of_comparison.document_of(result, title, command)


@checked(result=ANSWER, path=PATH, title=TEXT, command=either(TEXT, NONE), force=FLAG)
def report(
    result: Result,
    path: str | Path,
    *,
    title: str = "A decomposition",
    command: str | None = None,
    force: bool = False,
) -> None:
    """Write a report on a result as one HTML file that opens anywhere, offline.

    Args:
        result: of ``pid.quantify``, ``pid.quantify_posteriors``, ``pid.screen``,
            ``pid.bound_samples``, ``pid.compare``, ``pid.value`` or ``pid.retained``, an ``Audit``
            of factorised codes, or an answer of ``Correspondences.gallery``.
        path: where to.
        title: what it is about.
        command: what repeats it, to be shown.
        force: replace a file that is there already.

    Raises:
        InvalidInput: no such result, or a file that cannot be written.
        MissingExtra: there is no jinja2.
    """
    write_report(document_of(result, title, command), Path(path), force=force)
