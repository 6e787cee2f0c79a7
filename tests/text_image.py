"""A CLIP and a SigLIP, small and random, saved to a folder with tokenizers made on the spot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
import transformers as hf
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import nn

SIZE, PATCH, LONGEST = 32, 8, 24
_TOWER: dict[str, Any] = {
    "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 32,
}  # fmt: skip
_VISION = _TOWER | {"image_size": SIZE, "patch_size": PATCH}


def save_clip(folder: Path) -> hf.CLIPModel:
    """Save a CLIP that reads letters; return it."""
    tokenizer = _letters_of_clip()
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    text = _TOWER | ends | {"vocab_size": len(tokenizer), "max_position_embeddings": LONGEST}
    config = hf.CLIPConfig(
        text_config=text, vision_config=_VISION, projection_dim=12, logit_scale_init_value=2.0
    )
    return _saved(folder, hf.CLIPModel(config), tokenizer)


def save_siglip(folder: Path) -> hf.SiglipModel:
    """Save a SigLIP that reads letters, whose tokenizer is in one file; return it."""
    tokenizer = _letters_of_siglip()
    text = _TOWER | {"vocab_size": len(tokenizer), "max_position_embeddings": LONGEST}
    config = hf.SiglipConfig(text_config=text | {"projection_size": 16}, vision_config=_VISION)
    model = _saved(folder, hf.SiglipModel(config), tokenizer)
    saved = folder / "tokenizer_config.json"
    settings = json.loads(saved.read_text()) | {"tokenizer_class": "SiglipTokenizer"}
    saved.write_text(json.dumps(settings))
    return model


def _saved(folder: Path, model: Any, tokenizer: Any) -> Any:
    torch.manual_seed(0)
    for name, parameter in model.named_parameters():
        if parameter.ndim > 0 and "norm" not in name:
            nn.init.normal_(parameter, std=0.3)
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    hf.CLIPImageProcessor(
        size={"shortest_edge": SIZE}, crop_size={"height": SIZE, "width": SIZE}
    ).save_pretrained(folder)
    return model


def _letters_of_clip() -> hf.CLIPTokenizer:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*letters, *(f"{letter}</w>" for letter in letters)]
    vocab = {word: n for n, word in enumerate([*words, "<|startoftext|>", "<|endoftext|>"])}
    return hf.CLIPTokenizer(vocab=vocab, merges=[], model_max_length=LONGEST)


def _letters_of_siglip() -> hf.PreTrainedTokenizerFast:
    vocab = {"</s>": 0, "<unk>": 1} | {chr(97 + n): n + 2 for n in range(26)} | {" ": 28}
    tokenizer = Tokenizer(models.WordLevel(vocab, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 0)]
    )
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="</s>", pad_token="</s>", unk_token="<unk>",
        model_max_length=LONGEST,
    )  # fmt: skip
