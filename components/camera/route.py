"""The frames' own way to the server, beside Streamlit's.

Over Streamlit each frame would be a run of a fragment, which takes some 9 ms of the server and 20
of the browser, holds up the same visitor's clicks, and is held up by them. A route that answers a
POST takes one and eight, and no turn of the page's script.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/gradcam/frame/"
_LARGEST = 2_000_000  # bytes: a frame is as large as a model's input, which few need in megapixels


async def frame(request: Request) -> Response:
    """Answer one frame, a JPEG sent to the address that the page gave the camera.

    The answer is that of `answering.answered`; 404 if the page that gave the address is gone, and
    413 if the frame is too large.
    """
    # Only now: it is imported by the page, which runs later than this module is imported.
    from .answering import answered, looking

    asked = looking(request.path_params["token"])
    if asked is None:
        return Response(status_code=404)
    jpeg = bytearray()
    async for chunk in request.stream():
        jpeg += chunk
        if len(jpeg) > _LARGEST:
            return Response(status_code=413)
    held = request.query_params.get("held", "")
    known = int(held) if held.isdecimal() and len(held) <= 6 else None
    return Response(
        await run_in_threadpool(answered, asked, bytes(jpeg), known),
        media_type="application/octet-stream",
        headers={"Cache-Control": "no-store"},
    )


route = Route(PATH + "{token}", frame, methods=["POST"])
