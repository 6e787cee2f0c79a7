"""The way of small photos to the browser, beside Streamlit's: a look at a photo reruns nothing."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/gradcam/photos/"


async def photos(request: Request) -> Response:
    """Answer with the photos that are asked for by their numbers, as in `?photos=3,14,15`.

    404 if the page that gave the address is gone, and 400 for anything but numbers.
    """
    # Only now: it is imported by the page, which runs later than this module is imported.
    from .glances import asked

    found = asked(request.path_params["token"])
    if found is None:
        return Response(status_code=404)
    numbers = request.query_params.get("photos", "").split(",")
    if not all(one.isascii() and one.isdecimal() and len(one) <= 9 for one in numbers):
        return Response(status_code=400)
    return Response(
        await run_in_threadpool(found.answer, [int(one) for one in numbers]),
        media_type="application/octet-stream",
        headers={"Cache-Control": "no-store"},
    )


route = Route(PATH + "{token}", photos, methods=["GET"])
