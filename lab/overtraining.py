"""Small models that read far more than is compute-optimal.

Chapter 2 asks what the extra training costs, beside the ladder's larger models of equal loss, and
when their use pays it back.
"""

from lab.ladder import climb
from lab.results import Experiment

WIDTHS = (16, 24)
# Beyond the ladder's longest run, to one reading of nearly all the text.
STEPS = (300, 480, 770, 1240, 2000, 3000, 4500)
SEEDS = 3

EXPERIMENTS = (
    Experiment(
        name="overtraining",
        about="Two small sizes trained on up to 4.6 million characters, three seeds.",
        run=climb,
        runs=[
            {"width": width, "steps": STEPS, "seed": seed}
            for width in WIDTHS
            for seed in range(SEEDS)
        ],
    ),
)
