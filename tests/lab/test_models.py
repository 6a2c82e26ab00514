"""A model on disk is the model that was saved."""

import pytest
import torch

from lab import models
from lab.transformer import Transformer, llama_like


def test_a_saved_model_gives_the_same_logits(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    model = Transformer(llama_like(20, d_model=32, n_layers=2), seed=3)
    models.save_model(model, "small")
    tokens = torch.arange(12).view(1, 12)
    loaded = models.load_model("small")
    assert loaded.config == model.config
    assert torch.equal(loaded(tokens), model(tokens))


def test_a_missing_model_says_how_to_make_it(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match="make results"):
        models.load_model("small")
