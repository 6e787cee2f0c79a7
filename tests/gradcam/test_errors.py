from gradcam.errors import GradcamError, WeightsError, nearest


def test_message_and_hint_read_as_two_sentences() -> None:
    error = WeightsError("The file is gone.", hint="Download it again.")
    assert str(error) == "The file is gone. Download it again."
    assert isinstance(error, GradcamError)
    assert str(GradcamError("Only this.")) == "Only this."


def test_nearest_finds_typos_parts_and_falls_back() -> None:
    known = ["layer1", "layer4", "Conv"]
    assert nearest("layr4", known).startswith("Nearest: layer4")
    assert nearest("conv", known) == "Nearest: Conv."
    assert nearest("zzz", known, count=2) == "Nearest: layer1, layer4."
    assert nearest("zzz", []) == ""
