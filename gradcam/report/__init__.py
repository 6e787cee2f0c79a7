"""Reports to share: one web page, one PDF or one slide deck, all with the same content.

>>> import gradcam
>>> from gradcam.report import Report, pdf
>>> clf = gradcam.load_model("bundled/efficientnet-lite0")
>>> result = gradcam.explain(clf, "cat.jpg")
>>> data = pdf(Report("Where does it look?", "One photo, one model.", (result,)))

The three writers are pure functions of a `Report`; each imports the library it needs when called.
"""

from __future__ import annotations

from gradcam.files import Look
from gradcam.report.content import Report

__all__ = ["Look", "Report", "html", "pdf", "slides"]


def html(report: Report) -> str:
    """Write the report as one self-contained web page.

    It runs no scripts, loads nothing from the network, and prints to A4 without changes.

    Parameters
    ----------
    report : the explanations and the text around them.

    Returns
    -------
    The page's HTML.

    Raises
    ------
    GradcamError : the report has no explanations.
    """
    from gradcam.report.gather import gather
    from gradcam.report.html_page import write

    return write(gather(report))


def pdf(report: Report) -> bytes:
    """Write the report as an A4 PDF with real text and page numbers.

    Parameters
    ----------
    report : the explanations and the text around them.

    Returns
    -------
    The file's bytes.

    Raises
    ------
    GradcamError : the report has no explanations.
    """
    from gradcam.report.gather import gather
    from gradcam.report.pdf_document import write

    return write(gather(report))


def slides(report: Report) -> bytes:
    """Write the report as a 16:9 presentation (PPTX).

    A title slide comes first, then one slide per photo: the answer as its title, the photo and the
    answer's map large, the details in its speaker notes. The other maps follow at the end.

    Parameters
    ----------
    report : the explanations and the text around them.

    Returns
    -------
    The file's bytes.

    Raises
    ------
    GradcamError : the report has no explanations.
    """
    from gradcam.report.gather import gather
    from gradcam.report.pptx_slides import write

    return write(gather(report))
