"""What goes wrong on the Hugging Face hub, in one sentence with the next step."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

from gradcam.errors import GradcamError, WeightsError
from gradcam.weights.stream import reason

# For visitors of the page, who must not see what only its operator may.
_PUBLIC_ONLY = "Only open models are downloaded here, unless the operator sets GRADCAM_HUB_LOGIN=1."


def explained(error: Exception, repo: str, cache: Path, *, signed_in: bool) -> Exception:
    """Return a WeightsError for what is known to go wrong with `repo`; else `error` itself.

    cache : the folder where `huggingface_hub` keeps its files.
    signed_in : whether this machine's login was used.
    """
    if isinstance(error, GradcamError):
        return error
    said = (
        _refused(error, repo, signed_in)
        or _unreachable(error, repo)
        or _unwritable(error, repo, cache)
    )
    if said is None:
        return error
    said.__cause__ = error
    return said


def _refused(error: Exception, repo: str, signed_in: bool) -> WeightsError | None:
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        RepositoryNotFoundError,
    )

    if isinstance(error, HFValidationError):
        return WeightsError(f"{repo!r} is not a model's name.", hint="Write it as hf/ORG/NAME.")
    if isinstance(error, GatedRepoError):
        return WeightsError(
            f"{repo} asks you to accept its terms first.",
            hint="Accept them on its page, then log in with `hf auth login` or set HF_TOKEN."
            if signed_in
            else _PUBLIC_ONLY,
        )
    status = error.response.status_code if isinstance(error, HfHubHTTPError) else 0
    if isinstance(error, RepositoryNotFoundError) or status in (401, 404):
        return WeightsError(
            f"The hub has no model {repo}, or it is private.",
            hint="Check the spelling; for a private one log in with `hf auth login`."
            if signed_in
            else f"Check the spelling. {_PUBLIC_ONLY}",
        )
    if status:
        return WeightsError(f"The hub refused {repo}: HTTP {status}.", hint="Try again in a while.")
    return None


def _unreachable(error: Exception, repo: str) -> WeightsError | None:
    from huggingface_hub.errors import (
        FileMetadataError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
    )

    causes = list(_causes(error))
    if any(isinstance(cause, OfflineModeIsEnabled) for cause in causes):
        return WeightsError(
            f"{repo} is not on this machine, and HF_HUB_OFFLINE is set.",
            hint=f"Unset it, or run `hf download {repo}` where there is a network "
            "and copy the cache.",
        )
    if any(isinstance(cause, FileMetadataError) for cause in causes):
        return WeightsError(
            f"{repo} was not downloaded: what answers does not speak the hub's protocol.",
            hint="Check HF_ENDPOINT and the proxy's settings.",
        )
    # The hub's own library was built on one HTTP client and now on another.
    network = any(type(cause).__module__.startswith("http") for cause in causes)
    if network or isinstance(error, (LocalEntryNotFoundError, ConnectionError, TimeoutError)):
        return WeightsError(
            f"{repo} was not downloaded: the hub cannot be reached ({reason(causes[-1])}).",
            hint=f"Check the network, or run `hf download {repo}` elsewhere and copy the cache.",
        )
    return None


def _unwritable(error: Exception, repo: str, cache: Path) -> WeightsError | None:
    if not isinstance(error, OSError):
        return None
    if error.errno is None:  # the library's own check of the length
        return WeightsError(
            f"The download of {repo} was cut off.", hint="Choose the model again to download it."
        )
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return WeightsError(
        f"{cache} is full." if full else f"{cache} cannot be written: {reason(error)}.",
        hint="Free some space there or set HF_HOME to another folder, then try again.",
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error, and what it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
