"""A report to hand on: one web page, one PDF, or slides, all with the same content.

>>> import gradcam
>>> from gradcam.report import Report, pdf
>>> result = gradcam.explain(gradcam.load_model("bundled/photos"), "cat.jpg")
>>> data = pdf(Report("Where does it look?", "One photo, one model.", (result,)))

The three writers are pure functions of a `Report`; the libraries they need are imported on use.
"""

from __future__ import annotations

from gradcam.files import Look
from gradcam.report.content import Report

__all__ = ["Look", "Report", "html", "pdf", "slides"]


def html(report: Report) -> str:
    """One self-contained page: no network, no scripts; it prints to A4 as it stands.

    Parameters
    ----------
    report : what is to be in it.

    Returns
    -------
    HTML text.

    Raises
    ------
    GradcamError : it has no explanations.
    """
    from gradcam.report.gather import gather
    from gradcam.report.html_page import write

    return write(gather(report))


def pdf(report: Report) -> bytes:
    """The same as an A4 document with real text and page numbers.

    Parameters
    ----------
    report : what is to be in it.

    Returns
    -------
    The file's bytes.

    Raises
    ------
    GradcamError : it has no explanations.
    """
    from gradcam.report.gather import gather
    from gradcam.report.pdf_document import write

    return write(gather(report))


def slides(report: Report) -> bytes:
    """A 16:9 presentation (PPTX): a title and one slide per photo, the facts in its notes.

    Parameters
    ----------
    report : what is to be in it.

    Returns
    -------
    The file's bytes.

    Raises
    ------
    GradcamError : it has no explanations.
    """
    from gradcam.report.gather import gather
    from gradcam.report.pptx_slides import write

    return write(gather(report))
