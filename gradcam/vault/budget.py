"""What opening somebody's model may cost, known before it is paid."""

from __future__ import annotations

from dataclasses import dataclass

from gradcam.errors import ModelError, WeightsError
from gradcam.text import megabytes, millions


@dataclass(frozen=True)
class Budget:
    """The most that a model file may cost; over it is one sentence with the numbers.

    Parameters
    ----------
    memory : bytes of address space of the child that reads a file.
    seconds : the child's time by the clock, and by the processor.
    output : bytes that the child may write: the weights as they are handed on.
    parameters : numbers in a model, 4 bytes each once it is loaded.
    activations : bytes of everything that a network computes on its way from one photo to its
        answer; what is kept of it depends on the layer that is explained.
    largest : bytes of what one layer puts out; a few of these are there at a time.
    layers : layers of a network.
    tensors : tensors in a file.
    """

    memory: int = 1_500_000_000
    seconds: float = 30.0
    output: int = 4_000_000_000
    parameters: int = 800_000_000
    activations: int = 4_500_000_000
    largest: int = 400_000_000
    layers: int = 5_000
    tensors: int = 50_000

    def require_parameters(self, name: str, found: int, *, more: bool = False) -> None:
        """Raise WeightsError if these are too many numbers; `more` if there would be others."""
        if found > self.parameters:
            held = f"{'over ' * more}{large(found)} parameters ({megabytes(4 * found)})"
            raise WeightsError(
                f"{name} would hold {held}; the most is {large(self.parameters)}.",
                hint="Load it yourself, on a machine of your own, and use gradcam.wrap().",
            )

    def require_activations(
        self, name: str, total: int, largest: int = 0, crop: tuple[int, int] | None = None
    ) -> None:
        """Raise ModelError if one photo would need too many bytes on its way through.

        Parameters
        ----------
        total, largest : what all layers put out together, and what a single one does.
        crop : the photo's height and width, if there is a choice.
        """
        if total <= self.activations and largest <= self.largest:
            return
        size = f" of {crop[0]} × {crop[1]} pixels" if crop else ""
        what, most = (total, self.activations)
        where = "in its layers"
        if total <= self.activations:
            what, most, where = largest, self.largest, "in a single layer"
        raise ModelError(
            f"{name} would compute {megabytes(what)} {where} for one photo{size}; the most is "
            f"{megabytes(most)}.",
            hint="Choose a smaller input size, or a smaller network.",
        )


def large(count: int) -> str:
    """Format a count of parameters.

    >>> large(11_200_000), large(300_000_000_000)
    ('11.2 M', '300,000 M')
    """
    return millions(count) if count < 1e9 else f"{count / 1e6:,.0f} M"
