"""A tiny language model of random weights, in the shape of the one that fine-tuning starts from."""

from __future__ import annotations

import warnings
from pathlib import Path

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] ? . , : ' the a i you it is to and of what did how so was need want can t re counsellor "
    "client drink bedtime school rows money phone temper smoking sleep visits housing shouting hard change worries "
    "most should deal with now services record keep a okay right don see no point sort out start last year fine problem"
).split()
SIZE = 16


def write(folder: Path) -> Path:
    """Write weights, configuration and tokeniser below ``folder`` and return it."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {word: k for k, word in enumerate(dict.fromkeys(WORDS))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.add_special_tokens(["[CLS]", "[SEP]"])
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=SIZE,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=512,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder
