"""Small trained models in `results/`: safetensors files that carry their own config."""

import json
from dataclasses import asdict

from safetensors.torch import load, save

from lab.results import FOLDER
from lab.transformer import Config, Transformer


def save_model(model: Transformer, name: str) -> None:
    """Write `model` to `results/<name>.safetensors`, single precision, its config in the header."""
    metadata = {"config": json.dumps(asdict(model.config))}
    (FOLDER / f"{name}.safetensors").write_bytes(save(model.state_dict(), metadata))


def load_model(name: str) -> Transformer:
    """The model in `results/<name>.safetensors`.

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
