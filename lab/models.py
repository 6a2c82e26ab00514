"""Small trained models in `results/`: safetensors files that carry their own config."""

import json
from dataclasses import asdict

import torch
from safetensors.torch import load, save

from lab.results import FOLDER
from lab.transformer import Config, Transformer


def save_model(model: Transformer, name: str, dtype: torch.dtype = torch.float32) -> None:
    """Write `model` to `results/<name>.safetensors`, its config in the header."""
    metadata = {"config": json.dumps(asdict(model.config))}
    weights = {key: weight.to(dtype) for key, weight in model.state_dict().items()}
    (FOLDER / f"{name}.safetensors").write_bytes(save(weights, metadata))


def load_model(name: str) -> Transformer:
    """The model in `results/<name>.safetensors`, in single precision whatever the file has.

    Raises `FileNotFoundError` that says how to make the file.
    """
    path = FOLDER / f"{name}.safetensors"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; make it with: make results")
    data = path.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    model = Transformer(Config(**json.loads(header["__metadata__"]["config"])), seed=0)
    model.load_state_dict(load(data))
    return model
